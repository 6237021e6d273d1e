// SPDX-License-Identifier: Apache-2.0

#if canImport(CCurl)
  /// Connections that wait for another request, the last used first. On the loop's thread only.
  struct ConnectionPool {
    private struct Waiting {
      let origin: PlainDestination.Origin
      /// In the order in which they became idle.
      var connections: [PlainConnection]
    }

    /// In all, of all origins.
    static let limit = 1000

    private(set) var count = 0
    /// A list: programs ask few origins, and to compare these costs less than to hash one, twice for each request.
    private var waiting: [Waiting] = []

    /// False when there is no room.
    mutating func put(_ connection: PlainConnection) -> Bool {
      guard count < Self.limit else { return false }
      count += 1
      if let place = place(of: connection.origin) {
        waiting[place].connections.append(connection)
      } else {
        // Who makes up origins does not make the list long.
        if waiting.count >= Self.limit { waiting.removeAll { $0.connections.isEmpty } }
        waiting.append(Waiting(origin: connection.origin, connections: [connection]))
      }
      return true
    }

    mutating func take(_ origin: PlainDestination.Origin) -> PlainConnection? {
      // Its list stays, for the connection that comes back.
      guard let place = place(of: origin), let connection = waiting[place].connections.popLast() else { return nil }
      count -= 1
      return connection
    }

    /// Takes out one that is lost.
    mutating func remove(_ connection: PlainConnection) {
      guard let place = place(of: connection.origin),
        // From the end: the last used are the likeliest to be looked at.
        let index = waiting[place].connections.lastIndex(where: { $0 === connection })
      else { return }
      waiting[place].connections.remove(at: index)
      count -= 1
    }

    /// Takes out those that were idle since `time` or longer; says since when the longest idle of the others is.
    mutating func removeIdle(since time: Duration) -> (removed: [PlainConnection], next: Duration?) {
      var removed: [PlainConnection] = []
      var next: Duration?
      for place in waiting.indices {
        let old = waiting[place].connections.prefix { $0.idleSince <= time }
        removed += old
        waiting[place].connections.removeFirst(old.count)
        if let first = waiting[place].connections.first { next = min(next ?? first.idleSince, first.idleSince) }
      }
      waiting.removeAll { $0.connections.isEmpty }
      count -= removed.count
      return (removed, next)
    }

    private func place(of origin: PlainDestination.Origin) -> Int? { waiting.firstIndex { $0.origin == origin } }
  }
#endif
