import Blocks
import HDF5
import Synchronization

/// The array of a file that is imported, whose errors are told from those of the output that it is written to.
final class SourceArray: ArraySource {
  private let array: any ArraySource
  private let file: String
  private let first = Mutex<(any Error)?>(nil)

  init(_ array: any ArraySource, file: String) {
    self.array = array
    self.file = file
  }

  var shape: [Int] { array.shape }
  var elementSize: Int { array.elementSize }
  /// What went wrong with the file first.
  var failure: (any Error)? { first.withLock(\.self) }

  func read(_ box: [Range<Int>]) throws -> [UInt8] {
    do {
      return try array.read(box)
    } catch {
      let cause: any Error = (error as? HDF5Error).map { named($0) } ?? error
      first.withLock { $0 = $0 ?? cause }
      throw cause
    }
  }

  private func named(_ error: HDF5Error) -> WorkflowError {
    let place = error.object.hasPrefix(file) ? error.object : "\(file): \(error.object)"
    return WorkflowError("\(place) cannot be read: \(error.problem)", advice: error.advice)
  }
}
