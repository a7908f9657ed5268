import Foundation
import Synchronization
import Workflows

/// One line on standard error that says how far the work has come, how fast it goes and how long it will take.
///
/// It is redrawn ten times a second at most, and never where standard error is no terminal.
final class Progress: Sendable {
  private struct State {
    var phase = ""
    var began = ContinuousClock.now
    var drawn: ContinuousClock.Instant?
    var isVisible = false
  }

  private let state = Mutex(State())
  private let isShown: Bool

  /// - Parameter isQuiet: never shows anything.
  init(isQuiet: Bool) { isShown = !isQuiet && isatty(STDERR_FILENO) == 1 }

  /// Tells this line how far the work is, and the work whether the user wants it to stop.
  var observer: Observer {
    Observer(
      report: { self.draw($0) }, isStopped: { Interruption.isRequested },
      notice: {
        self.clear()
        Terminal.print("lamella: \($0)", to: .standardError)
      })
  }

  private func draw(_ step: Observer.Step) {
    guard isShown else { return }
    let line: String? = state.withLock { state in
      let now = ContinuousClock.now
      if state.phase != step.phase {
        state.phase = step.phase
        state.began = now
        state.drawn = nil
      }
      if let drawn = state.drawn, now - drawn < .milliseconds(100) { return nil }
      state.drawn = now
      state.isVisible = true
      return Self.line(step, seconds: (now - state.began).seconds)
    }
    if let line { Terminal.write("\r\(line)\u{1B}[K", to: .standardError) }
  }

  /// Takes the line away, so that what is printed next stands alone.
  func clear() {
    let wasVisible = state.withLock { state in
      defer { state.isVisible = false }
      return state.isVisible
    }
    if wasVisible { Terminal.write("\r\u{1B}[K", to: .standardError) }
  }

  /// What is shown after so many seconds of a phase: `Importing area-1  43 %  120 MB/s  12 s left`.
  static func line(_ step: Observer.Step, seconds: Double) -> String {
    var parts = [step.detail.isEmpty ? step.phase : "\(step.phase) \(step.detail)"]
    if step.total > 0 { parts.append("\(min(100, 100 * step.done / step.total)) %") }
    switch step.unit {
    case .bytes:
      if seconds > 0.5 { parts.append("\(Quantity.bytes(Double(step.done) / seconds))/s") }
    case .iterations:
      parts.append(
        step.total > 0 ? "iteration \(step.done) of at most \(step.total)" : "iteration \(step.done)")
    case .items:
      parts.append(step.total > 0 ? "\(step.done) of \(step.total)" : "\(step.done)")
    }
    if seconds > 0.5, step.done > 0, step.total > step.done, step.unit != .iterations {
      parts.append("\(Quantity.seconds(seconds * Double(step.total - step.done) / Double(step.done))) left")
    }
    return parts.joined(separator: "  ")
  }
}
