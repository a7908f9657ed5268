import Blocks
import Foundation
import Microscopy
import Store

/// An operation whose results can be made again from what their provenance tells.
protocol RepeatableResult: Sendable {
  /// Does again what was done; what is returned fills a result with what it found.
  ///
  /// - Parameter holder: the map or series that the result is kept with; it is only read.
  static func again(
    _ made: Provenance, for holder: any ResultHolder, _ resources: Resources, _ observer: Observer
  ) throws -> (ResultBuilder) throws -> Void
}

/// An operation whose maps can be made again from what their provenance tells.
protocol RepeatableMap: Sendable {
  /// - Parameter inputs: what the operation read, with the places where it is now.
  static func again(_ made: Provenance, for map: Map, inputs: [InputCheck]) throws -> RepeatedMap
}

/// An operation whose masks can be made again from what their provenance tells.
protocol RepeatableMask: Sendable {
  /// - Parameter inputs: what the operation read, with the places where it is now.
  static func again(_ made: Provenance, for map: Map, inputs: [InputCheck]) throws -> [Bool]
}

/// The operations that can be repeated, by the word that provenance has for them.
enum Repeatable {
  static let results: [String: any RepeatableResult.Type] = [
    "abundances": FindAbundances.self, "detect": DetectLines.self, "nmf": Factorize.self, "pca": FindPrincipalComponents.self,
    "quantify": Quantify.self, "simulate": SimulateMineral.self, "spectrum": IntegrateSpectrum.self,
    "subtract": SubtractSpectrum.self, "unmix": UnmixPhases.self,
  ]
  static let maps: [String: any RepeatableMap.Type] = [
    "import": ImportFiles.self, "export": ExportObject.self, "simulate": SimulateMineral.self,
  ]
  static let masks: [String: any RepeatableMask.Type] = [
    "grabcut": SegmentImages.self, "threshold": SegmentImages.self, "combine": CombineMasks.self, "import": ImportMask.self,
  ]
}

/// What an operation may use; without influence on what it finds.
struct Resources: Sendable {
  var threads = ProcessInfo.processInfo.activeProcessorCount
  /// Bytes of decoded blocks that are kept between sweeps.
  var memory = 512 << 20
}

/// A map as it was made again.
struct RepeatedMap {
  var axes: [Axis]
  var type: ScalarType
  var array: any ArraySource
}

extension Provenance {
  /// The parameters as the value that ran.
  ///
  /// - Throws: `WorkflowError` for those of a program that knew others.
  func repeatable<Value: Decodable>(_ type: Value.Type, of path: String) throws -> Value {
    do {
      return try parameters(as: type)
    } catch {
      throw WorkflowError(
        "\(path): the parameters of \(operation) are not those that this version takes: \(parameters)",
        advice: "Repeat it with \(program) \(version), which made it.")
    }
  }
}
