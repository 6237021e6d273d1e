// SPDX-License-Identifier: Apache-2.0

#if canImport(CCurl)
  /// Connections that wait for another request, the last used first. On the loop's thread only.
  struct ConnectionPool {
    /// In all, of all origins.
    static let limit = 1000

    private(set) var count = 0
    private var connections: [PlainDestination.Origin: [PlainConnection]] = [:]

    /// False when there is no room.
    mutating func put(_ connection: PlainConnection) -> Bool {
      guard count < Self.limit else { return false }
      connections[connection.origin, default: []].append(connection)
      count += 1
      return true
    }

    mutating func take(_ origin: PlainDestination.Origin) -> PlainConnection? {
      guard let connection = connections[origin]?.popLast() else { return nil }
      count -= 1
      return connection
    }

    /// Takes out one that is lost.
    mutating func remove(_ connection: PlainConnection) {
      // From the end: the last used are the likeliest to be looked at.
      guard let index = connections[connection.origin]?.lastIndex(where: { $0 === connection }) else { return }
      connections[connection.origin]?.remove(at: index)
      count -= 1
    }

    /// Takes out those that were idle since `time` or longer; says since when the longest idle of the others is.
    mutating func removeIdle(since time: Duration) -> (removed: [PlainConnection], next: Duration?) {
      var removed: [PlainConnection] = []
      var next: Duration?
      for (origin, list) in connections {
        // Each list is in the order in which its connections became idle.
        let old = list.prefix { $0.idleSince <= time }
        removed += old
        let rest = list.dropFirst(old.count)
        connections[origin] = rest.isEmpty ? nil : Array(rest)
        if let first = rest.first { next = min(next ?? first.idleSince, first.idleSince) }
      }
      count -= removed.count
      return (removed, next)
    }
  }
#endif
