// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Runs `body` on a thread with a small stack: what recurses over its input dies here (rule S22).
func onSmallStack<Answer: Sendable>(
  kibibytes: Int = 64, _ body: @escaping @Sendable () -> Answer
) throws -> Answer {
  let answer = Box<Answer>()
  let job = Job { answer.value = body() }
  var attributes = pthread_attr_t()
  pthread_attr_init(&attributes)
  defer { pthread_attr_destroy(&attributes) }
  guard pthread_attr_setstacksize(&attributes, kibibytes << 10) == 0 else { throw NoThread() }
  let context = Unmanaged.passRetained(job)
  #if canImport(Darwin)
    var thread: pthread_t?
    let code = pthread_create(&thread, &attributes, { runJob($0) }, context.toOpaque())
  #else
    var thread = pthread_t()
    let code = pthread_create(&thread, &attributes, { $0.flatMap { runJob($0) } }, context.toOpaque())
  #endif
  guard code == 0 else {
    context.release()
    throw NoThread()
  }
  #if canImport(Darwin)
    if let thread { pthread_join(thread, nil) }
  #else
    pthread_join(thread, nil)
  #endif
  guard let value = answer.value else { throw NoThread() }
  return value
}

struct NoThread: Error {}

private final class Box<Value> {
  var value: Value?
}

private final class Job {
  let run: () -> Void
  init(_ run: @escaping () -> Void) { self.run = run }
}

private func runJob(_ context: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
  Unmanaged<Job>.fromOpaque(context).takeRetainedValue().run()
  return nil
}
