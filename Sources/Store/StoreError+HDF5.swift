internal import HDF5

extension StoreError {
  init(_ error: HDF5Error, file: String, path: String) {
    let kind: Kind =
      switch error.kind {
      case .notFound: .missing
      case .alreadyExists: .exists
      case .locked: .locked
      case .notHDF5: .foreign
      case .damaged, .filterFailed: .damaged
      case .wrongKind, .typeMismatch, .wouldLoseValues: .damaged
      case .tooNew, .missingFilter, .unsupported: .unsupported
      case .invalidArgument, .outOfBounds, .tooLarge, .outsideFolder, .tooManyLinks: .invalid
      default: .file
      }
    // Who is in the way says all there is to say.
    let place = error.kind == .locked || error.kind == .unrecovered ? "" : " (\(error.call) on \(error.object))"
    self.init(kind, file: file, path: path, error.problem + place, advice: error.advice)
  }
}

/// Runs a body and turns whatever it throws into a `StoreError` about an object of a file.
func guarded<Value>(_ file: String, _ path: String = "/", _ body: () throws -> Value) throws(StoreError) -> Value {
  do {
    return try body()
  } catch let error as StoreError {
    throw error
  } catch let error as HDF5Error {
    throw StoreError(error, file: file, path: path)
  } catch is CancellationError {
    throw StoreError(.stopped, file: file, path: path, "stopped before it was finished", advice: "Nothing of it was kept.")
  } catch {
    throw StoreError(.source, file: file, path: path, "\(error)")
  }
}
