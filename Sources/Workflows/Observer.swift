/// Who watches a piece of work: it is told how far the work has come, and is asked whether to go on.
public struct Observer: Sendable {
  /// How far a phase of the work has come.
  public struct Step: Hashable, Sendable {
    public enum Unit: Hashable, Sendable { case bytes, iterations, items }

    /// As it begins a line: "Importing area-1".
    public var phase: String
    /// What of the phase is done just now: "area-1 (3 of 12)"; empty where that says nothing.
    public var detail: String
    public var done: Int
    /// What `done` will be at the end; 0 when that is not known.
    public var total: Int
    public var unit: Unit

    public init(_ phase: String, _ detail: String = "", done: Int, of total: Int, _ unit: Unit) {
      self.phase = phase
      self.detail = detail
      self.done = done
      self.total = total
      self.unit = unit
    }
  }

  /// May be called often, and from any thread.
  public var report: @Sendable (Step) -> Void
  /// Whether the work should stop at the next place where it leaves everything in order.
  public var isStopped: @Sendable () -> Bool
  /// Takes what the user should know although the work goes on: a sentence.
  public var notice: @Sendable (String) -> Void

  public init(
    report: @escaping @Sendable (Step) -> Void, isStopped: @escaping @Sendable () -> Bool,
    notice: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.report = report
    self.isStopped = isStopped
    self.notice = notice
  }

  /// Watches nothing and stops nothing.
  public static let silent = Observer(report: { _ in }, isStopped: { false })
}

/// Work that was stopped before it was done, at a place where its file is in order.
public struct Stopped: Error, Hashable, Sendable, CustomStringConvertible {
  /// What the file holds now: "maps.h5 is as it was", "12 of 40 iterations are kept".
  public var state: String

  public init(_ state: String) { self.state = state }

  public var description: String { "stopped: \(state)" }
}
