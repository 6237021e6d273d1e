// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

/// The clocks as a value: no transport, no timer.
struct StreamClocksTests {
  static let timeouts = Timeouts(firstByte: .seconds(120), idle: .seconds(60), total: .seconds(600))

  @Test func oneTimerServesAWholeStream() throws {
    var clocks = StreamClocks(Timeouts(firstByte: .seconds(60), idle: .seconds(60)))
    clocks.open(at: .zero)
    let alarm = try clocks.alarm()
    #expect(alarm.at == .seconds(60))
    clocks.send(at: .seconds(1))
    #expect(clocks.nextAlarm() == nil)
    for second in 2..<50 {
      clocks.receive(at: .seconds(second), hasBegun: true)
      #expect(clocks.nextAlarm() == nil)
    }
    guard case .again(let next) = clocks.ring(alarm, at: .seconds(60)) else {
      Issue.record("not set for the rest")
      return
    }
    #expect(next.at == .seconds(109))
    #expect(clocks.ring(next, at: .seconds(109)) == .timeout(.idle, .seconds(60)))
    #expect(clocks.nextAlarm() == nil)
  }

  @Test func aNearerDeadlineNeedsANewTimerAndTheOldOneIsIgnored() throws {
    var clocks = StreamClocks(Self.timeouts)
    clocks.open(at: .zero)
    let first = try clocks.alarm()
    clocks.send(at: .zero)
    clocks.receive(at: .seconds(10), hasBegun: true)
    #expect(clocks.nextAlarm() == nil)
    clocks.pause(at: .seconds(11))
    guard case .again(let total) = clocks.ring(first, at: .seconds(60)) else {
      Issue.record("the total clock is forgotten")
      return
    }
    clocks.resume(at: .seconds(100))
    let idle = try clocks.alarm()
    #expect([first.at, total.at, idle.at] == [.seconds(60), .seconds(600), .seconds(160)])
    #expect(clocks.ring(total, at: .seconds(600)) == .nothing)
    #expect(clocks.ring(first, at: .seconds(120)) == .nothing)
    #expect(clocks.ring(idle, at: .seconds(160)) == .timeout(.idle, .seconds(60)))
    #expect(clocks.ring(idle, at: .seconds(161)) == .nothing)
  }

  /// An attempt that is cancelled before it starts.
  @Test func clocksThatWereStoppedBeforeTheyOpenedSetNoTimer() {
    var clocks = StreamClocks(Self.timeouts)
    clocks.stop()
    clocks.open(at: .zero)
    #expect(clocks.nextAlarm() == nil)
  }

  /// A first look that comes before any clock is due: each of them fires when it should.
  @Test(arguments: [(120, 60, 600), (60, 120, 600), (60, 60, 30), (5, 5, 5)])
  func theFirstLookIsNoTimeout(firstByte: Int, idle: Int, total: Int) throws {
    var clocks = StreamClocks(Timeouts(firstByte: .seconds(firstByte), idle: .seconds(idle), total: .seconds(total)))
    clocks.open(at: .seconds(1))
    var alarm = try clocks.alarm()
    #expect(alarm.at == .seconds(1 + min(firstByte, idle, total)))
    clocks.send(at: .seconds(3))
    #expect(clocks.nextAlarm() == nil)
    let (due, phase) = 3 + firstByte < 1 + total ? (3 + firstByte, SpateError.Phase.firstByte) : (1 + total, .total)
    for _ in 0..<3 {
      switch clocks.ring(alarm, at: alarm.at) {
      case .again(let next): alarm = next
      case .timeout(let found, _):
        #expect(found == phase && alarm.at == .seconds(due))
        return
      case .nothing: break
      }
    }
    Issue.record("no timeout")
  }

  @Test func headsAndHeartBeatsDoNotStopTheFirstByteClock() throws {
    var clocks = StreamClocks(Self.timeouts)
    clocks.send(at: .seconds(5))
    let alarm = try clocks.alarm()
    for second in 6..<125 { clocks.receive(at: .seconds(second), hasBegun: false) }
    #expect(clocks.ring(alarm, at: .seconds(125)) == .timeout(.firstByte, .seconds(120)))
  }

  @Test func theIdleClockStandsStillWhilePaused() throws {
    var clocks = StreamClocks(Self.timeouts)
    clocks.receive(at: .zero, hasBegun: true)
    let alarm = try clocks.alarm()
    clocks.pause(at: .seconds(1))
    #expect(clocks.ring(alarm, at: .seconds(60)) == .nothing)
    #expect(clocks.nextAlarm() == nil)
    clocks.resume(at: .seconds(1000))
    #expect(clocks.nextAlarm()?.at == .seconds(1060))
  }

  @Test func aPauseBeforeTheFirstEventDoesNotCountEither() throws {
    var clocks = StreamClocks(Self.timeouts)
    clocks.send(at: .zero)
    clocks.pause(at: .seconds(20))
    clocks.resume(at: .seconds(50))
    #expect(clocks.nextAlarm()?.at == .seconds(150))
  }

  @Test func theTotalClockCountsPausesToo() throws {
    var clocks = StreamClocks(Self.timeouts)
    clocks.open(at: .zero)
    let idle = try clocks.alarm()
    clocks.receive(at: .seconds(1), hasBegun: true)
    clocks.pause(at: .seconds(2))
    guard case .again(let total) = clocks.ring(idle, at: .seconds(60)) else {
      Issue.record("the total clock is forgotten")
      return
    }
    #expect(total.at == .seconds(600))
    #expect(clocks.ring(total, at: .seconds(600)) == .timeout(.total, .seconds(600)))
  }

  @Test func neverIsNoClock() {
    var clocks = StreamClocks(Timeouts(firstByte: Timeouts.never, idle: .seconds(1)))
    clocks.open(at: .zero)
    clocks.send(at: .zero)
    // Too early for the idle clock, which has not begun.
    let alarm = clocks.nextAlarm()
    #expect(alarm?.at == .seconds(1))
    #expect(alarm.map { clocks.ring($0, at: .seconds(1)) } == .nothing)
    #expect(clocks.nextAlarm() == nil)
    clocks.receive(at: .seconds(5), hasBegun: true)
    #expect(clocks.nextAlarm()?.at == .seconds(6))
    clocks.stop()
    #expect(clocks.nextAlarm() == nil)
  }
}

extension StreamClocks {
  /// The timer that has to be set by now.
  fileprivate mutating func alarm() throws -> Alarm {
    let alarm = nextAlarm()
    return try #require(alarm)
  }
}
