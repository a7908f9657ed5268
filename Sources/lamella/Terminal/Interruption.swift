import Foundation
import Synchronization

/// Ctrl-C, SIGTERM and SIGHUP as a flag that long work polls; a second Ctrl-C ends the program at once.
enum Interruption {
  /// When the first signal came, in milliseconds of the monotonic clock; 0 before.
  private static let first = Atomic<Int>(0)
  /// Signals that follow the first so closely are the same wish: `timeout` sends each twice.
  private static let grace = 500

  /// Whether the user asked to stop.
  static var isRequested: Bool { first.load(ordering: .relaxed) != 0 }

  /// Begins to listen; before, a signal ends the program as it always does.
  ///
  /// A reader of our output that goes away must not end us while a file is being written.
  static func listen() {
    signal(SIGPIPE, SIG_IGN)
    // Makes the flag before a signal can: a handler must not allocate.
    _ = isRequested
    // Who started us may have blocked the signals, as worker threads do.
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    for number in [SIGINT, SIGTERM, SIGHUP] {
      unsafe sigaddset(&signals, number)
      signal(number) { Interruption.receive($0) }
    }
    unsafe sigprocmask(SIG_UNBLOCK, &signals, nil)
  }

  /// Runs in a signal handler.
  private static func receive(_ number: Int32) {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    let now = max(1, time.tv_sec * 1000 + time.tv_nsec / 1_000_000)
    let (isFirst, before) = first.compareExchange(expected: 0, desired: now, ordering: .relaxed)
    if !isFirst, number == SIGINT, now - before > grace {
      signal(number, SIG_DFL)
      raise(number)
    }
  }
}
