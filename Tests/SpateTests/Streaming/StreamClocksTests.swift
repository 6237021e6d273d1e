// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spate

/// The clocks as a value: no transport, no timer.
struct StreamClocksTests {
  static let timeouts = Timeouts(firstByte: .seconds(120), idle: .seconds(60), total: .seconds(600))

  @Test func oneTimerServesAWholeStream() throws {
    var clocks = StreamClocks(Timeouts(firstByte: .seconds(60), idle: .seconds(60)))
    clocks.open(at: .zero)
    #expect(clocks.nextAlarm() == nil)
    clocks.send(at: .seconds(1))
    let alarm = try clocks.alarm()
    #expect(alarm.at == .seconds(61))
    for second in 2..<50 {
      clocks.receive(at: .seconds(second), hasBegun: true)
      #expect(clocks.nextAlarm() == nil)
    }
    guard case .again(let next) = clocks.ring(alarm, at: .seconds(61)) else {
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
    let total = try clocks.alarm()
    clocks.send(at: .zero)
    let first = try clocks.alarm()
    clocks.receive(at: .seconds(10), hasBegun: true)
    let idle = try clocks.alarm()
    #expect([total.at, first.at, idle.at] == [.seconds(600), .seconds(120), .seconds(70)])
    #expect(clocks.ring(total, at: .seconds(600)) == .nothing)
    #expect(clocks.ring(first, at: .seconds(120)) == .nothing)
    #expect(clocks.ring(idle, at: .seconds(70)) == .timeout(.idle, .seconds(60)))
    #expect(clocks.ring(idle, at: .seconds(71)) == .nothing)
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
    let alarm = try clocks.alarm()
    clocks.receive(at: .seconds(1), hasBegun: true)
    let idle = try clocks.alarm()
    clocks.pause(at: .seconds(2))
    guard case .again(let total) = clocks.ring(idle, at: .seconds(61)) else {
      Issue.record("the total clock is forgotten")
      return
    }
    #expect(total.at == alarm.at)
    #expect(clocks.ring(total, at: .seconds(600)) == .timeout(.total, .seconds(600)))
  }

  @Test func neverIsNoClock() {
    var clocks = StreamClocks(Timeouts(firstByte: Timeouts.never, idle: .seconds(1)))
    clocks.open(at: .zero)
    clocks.send(at: .zero)
    #expect(clocks.nextAlarm() == nil)
    clocks.receive(at: .zero, hasBegun: true)
    #expect(clocks.nextAlarm()?.at == .seconds(1))
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
