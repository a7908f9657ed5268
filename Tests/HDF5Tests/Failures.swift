import Testing

@testable import HDF5

/// The kind of the error that a body throws, or `nil` where it throws none.
func kind<Result>(_ body: () throws -> Result) -> HDF5Error.Kind? {
  do {
    _ = try body()
    return nil
  } catch let error as HDF5Error {
    return error.kind
  } catch {
    Issue.record("threw \(error)")
    return nil
  }
}
