internal import Glibc

/// Waiting for other programs, outside the gate.
enum Waiting {
  static func pause() { usleep(20_000) }

  /// Repeats what fails because another program has the file, for so many seconds.
  static func patiently<Value: ~Copyable>(
    _ seconds: Double, _ body: () throws(HDF5Error) -> Value
  ) throws(HDF5Error) -> Value {
    let end = ContinuousClock.now + .seconds(seconds)
    while true {
      do {
        return try body()
      } catch {
        guard error.kind == .locked, ContinuousClock.now < end else { throw error }
        pause()
      }
    }
  }
}
