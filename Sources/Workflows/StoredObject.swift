import Blocks
import Formats
import Microscopy
import Store

/// Something in a file that can be written into another: a map, or an array of a result.
struct StoredObject {
  /// Its path in the file.
  var path: String
  /// The last word that names it.
  var name: String
  var object: ExportedMap
  /// What is read for it.
  var input: Provenance.Input

  /// - Parameter fits: whether the output can hold an object, or each of its components; chooses among the arrays of a
  ///   result.
  init(_ path: String, in store: Store, fits: (ExportedMap) -> Bool) throws {
    let all = path.split(separator: "/").map(String.init)
    let maps = try store.maps
    if let map = maps.first(where: { $0.name == all.first }), all.count == 1 || all.count == 2 && all[1] == "data" {
      self.path = "/\(map.name)"
      name = map.name
      object = ExportedMap(metadata: try map.metadata, type: map.type, array: try map.array)
      input = try map.input
      return
    }
    let isPart = all.count > 1 && ["images", "masks"].contains(all[1])
    guard let first = all.first, !isPart, try all.count > 1 || ResultChoice.isResult(first, in: store) else {
      throw try Self.missing(path, in: store)
    }
    let found = try ResultChoice(path, in: store, with: [.component, .path])
    let (result, holder) = (found.result, found.holder)
    var (words, component) = (found.rest, found.component)
    let arrays = try result.arrayNames
    // The maps of a series, after which arrays are named, may be called by numbers too.
    if words.count > 1, !arrays.contains(words.joined(separator: "/")), let number = words.last.flatMap({ Int($0) }) {
      component = number
      words.removeLast()
    }
    let wanted = words.joined(separator: "/")
    let candidates = try (arrays.contains(wanted) ? [wanted] : wanted.isEmpty ? arrays : []).map { array in
      (name: array, object: try Self.array(array, of: result, holder: holder))
    }
    let fitting = try candidates.filter { candidate in
      try fits(candidate.object) || candidate.object.isStack && fits(candidate.object.component(0))
    }
    // What a result is about are its components: they go before whatever else it holds.
    let stacks = fitting.filter(\.object.isStack)
    // Without any, it is about what it shows first.
    let shownFirst = try result.defaultArray
    let shown = fitting.filter { $0.name == shownFirst }
    let choice = [candidates, fitting, stacks, stacks.isEmpty ? shown : []].first { $0.count == 1 }
    guard let chosen = choice?.first else {
      throw StoreError(
        .missing, file: store.path, path: path,
        wanted.isEmpty
          ? "the result has \(arrays.count) arrays, of which the format takes \(fitting.count)"
          : "the result has no array \"\(wanted)\"",
        advice: "Say which: \(arrays.map { "\(result.path)/\($0)" }.joined(separator: ", ")).")
    }
    self.path = "\(result.path)/\(chosen.name)"
    name = "\(result.name)-\(chosen.name.split(separator: "/").joined(separator: "-"))"
    object = chosen.object
    input = try result.input(chosen.name)
    if let component {
      guard object.isStack else {
        throw StoreError(
          .missing, file: store.path, path: path, "the array \"\(chosen.name)\" has no components",
          advice: "Export all of it: \(self.path).")
      }
      guard (1...object.array.shape[0]).contains(component) else {
        throw StoreError(
          .missing, file: store.path, path: path, "there is no component \(component)",
          advice: "There are components 1 to \(object.array.shape[0]).")
      }
      object = try object.component(component - 1)
    }
  }

  private static func missing(_ path: String, in store: Store) throws -> StoreError {
    let names = try store.maps.flatMap { map in
      try [map.name]
        + map.results.flatMap { result in
          try result.arrayNames.map { "\(map.name)/results/\(result.name)/\($0)" }
        }
    }
    return StoreError(
      .missing, file: store.path, path: path, "there is nothing of that name to export",
      advice: names.isEmpty ? nil : "There is: \(names.joined(separator: ", ")).")
  }

  private static func array(_ name: String, of result: AnalysisResult, holder: any ResultHolder) throws
    -> ExportedMap
  {
    let (values, axes) = try result.array(name)
    // The maps of a series come from one instrument.
    let map = try holder.maps.first
    var metadata = try map?.metadata ?? MapMetadata(axes: axes)
    if holder is Series { metadata.title = holder.path.split(separator: "/").last.map(String.init) ?? "" }
    metadata.axes = axes
    // An image is written as an image: the beam positions it runs over are its pixels.
    let isStack = axes.first?.name == "component"
    if axes.dropFirst(isStack ? 1 : 0).allSatisfy({ $0.role == .navigation }) {
      for index in (isStack ? 1 : 0)..<axes.count { metadata.axes[index].role = .signal }
      metadata.signalType = ""
    }
    metadata.title = [metadata.title, result.name, name].filter { !$0.isEmpty }.joined(separator: ", ")
    metadata.quantity = ""
    metadata.vendor = .empty
    return ExportedMap(
      metadata: metadata, type: values.type,
      array: MemoryArray(shape: values.shape, elementSize: values.type.size, bytes: values.bytes))
  }
}

extension ExportedMap {
  /// Whether it is an array of a result with several components in front.
  var isStack: Bool { metadata.axes.count > 1 && metadata.axes[0].name == "component" }

  /// One component of a stack of spectra or images, in memory.
  func component(_ index: Int) throws -> ExportedMap {
    var box = array.wholeBox
    box[0] = index..<index + 1
    var metadata = metadata
    metadata.axes.removeFirst()
    metadata.title += ", component \(index + 1)"
    let bytes = try array.read(box)
    return ExportedMap(
      metadata: metadata, type: type,
      array: MemoryArray(shape: Array(array.shape.dropFirst()), elementSize: type.size, bytes: bytes))
  }
}
