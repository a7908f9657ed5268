import Store

/// How far a job of many maps has come: its bytes are counted over all of them.
struct JobProgress {
  private let observer: Observer
  /// Bytes of the whole job.
  var total = 0
  /// Maps of the whole job.
  var maps = 0
  private var number = 0
  private var names: Set<String> = []
  private var done = 0
  private var phase = ""
  private var detail = ""
  private var byteCount = 0

  init(_ observer: Observer) { self.observer = observer }

  /// Begins a part of the job; the phase stays the same, so that rate and time are those of the whole job.
  ///
  /// - Parameter verb: what is done, where it is not the importing itself.
  mutating func begin(_ name: String, _ verb: String? = nil, byteCount: Int) {
    if names.insert(name).inserted { number += 1 }
    phase = maps > 1 ? "Importing" : "Importing \(name)"
    let words = [maps > 1 ? "\(number) of \(maps)" : nil, verb].compactMap(\.self).joined(separator: ", ")
    detail = [maps > 1 ? name : "", words.isEmpty ? "" : "(\(words))"].filter { !$0.isEmpty }.joined(separator: " ")
    self.byteCount = byteCount
  }

  /// Ends the part, done or not.
  mutating func end() {
    done += byteCount
    byteCount = 0
  }

  /// Passes over a part that is not done.
  mutating func skip(_ bytes: Int) { done += bytes }

  /// Takes how far the part has come.
  var callback: ProgressCallback {
    let (observer, phase, detail, done, total, byteCount) = (observer, phase, detail, done, total, byteCount)
    return { part, whole in
      let share = whole > 0 ? Int(Double(part) / Double(whole) * Double(byteCount)) : 0
      observer.report(.init(phase, detail, done: done + share, of: total, .bytes))
      return observer.isStopped() ? .stop : .proceed
    }
  }
}
