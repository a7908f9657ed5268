import Foundation
import Synchronization

/// Ctrl-C and SIGTERM as a flag that long work polls; a second signal ends the program at once.
enum Interruption {
  private static let requested = Atomic<Bool>(false)

  /// Whether the user asked to stop.
  static var isRequested: Bool { requested.load(ordering: .relaxed) }

  /// Begins to listen; before, a signal ends the program as it always does.
  ///
  /// A reader of our output that goes away must not end us while a file is being written.
  static func listen() {
    signal(SIGPIPE, SIG_IGN)
    // Makes the flag before a signal can: a handler must not allocate.
    _ = isRequested
    for number in [SIGINT, SIGTERM] {
      signal(number) { number in
        if Interruption.requested.exchange(true, ordering: .relaxed) {
          signal(number, SIG_DFL)
          raise(number)
        }
      }
    }
  }
}
