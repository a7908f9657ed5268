internal import Foundation
import Store

/// What a command writes could not be written; what it read was fine.
public struct OutputError: Error, CustomStringConvertible {
  public var cause: any Error

  public init(_ cause: any Error) { self.cause = cause }

  public var description: String { (cause as? CocoaError)?.localizedDescription ?? "\(cause)" }
}

/// Does the writing part of some work: an error in it is an error of the output. Being stopped is not one.
///
/// - Parameter input: a Lamella file that is read meanwhile; what is wrong with it stays an error of the input.
func writing<Result>(from input: String? = nil, _ work: () throws -> Result) throws -> Result {
  do {
    return try work()
  } catch let error as Stopped {
    throw error
  } catch let error as StoreError where error.file == input {
    throw error
  } catch let error as OutputError {
    throw error
  } catch {
    throw OutputError(error)
  }
}
