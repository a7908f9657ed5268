import Figures
import Store

/// Something of a file that can be drawn, by its path.
enum PictureSubject {
  case map(Map)
  case image(Map, StoredImage)
  case mask(Map, Mask)
  /// A result, or one of its arrays.
  case result(AnalysisResult, any ResultHolder, array: String?)

  /// - Parameter path: `rock`, `rock/images/haadf`, `rock/masks/grain`, `rock/results/nmf`, `rock/results/nmf/spectra`, and with
  ///   a number behind it, from 1, a component; of a series `series/all/results/nmf`.
  /// - Throws: `StoreError` when there is nothing at the path.
  init(_ path: String, in store: Store, component: inout Int?) throws {
    let path = path.hasPrefix("/") ? String(path.dropFirst()) : path
    let first = path.split(separator: "/").map(String.init)
    if let name = first.first, let map = try store.maps.first(where: { $0.name == name }) {
      switch (first.dropFirst().first, first.count - 1) {
      case (nil, _), ("data", 1):
        self = .map(map)
        return
      case ("images", 2):
        self = .image(map, try map.image(first[2]))
        return
      case ("masks", 2):
        self = .mask(map, try map.mask(first[2]))
        return
      default: break
      }
    }
    guard let word = first.first, try first.count > 1 || ResultChoice.isResult(word, in: store) else {
      throw try Self.missing(path, in: store)
    }
    let choice = try ResultChoice(path, in: store, with: [.component, .path])
    let (result, holder) = (choice.result, choice.holder)
    if let number = choice.component { component = number }
    var words = choice.rest
    let arrays = try result.arrayNames
    if let number = words.last.flatMap({ Int($0) }), !arrays.contains(words.joined(separator: "/")) {
      component = number
      words.removeLast()
    }
    let wanted = words.joined(separator: "/")
    guard wanted.isEmpty || arrays.contains(wanted) else {
      throw StoreError(
        .missing, file: store.path, path: path, "the result has no array \"\(wanted)\"",
        advice: "There are: \(arrays.joined(separator: ", ")).")
    }
    self = .result(result, holder, array: wanted.isEmpty ? nil : wanted)
  }

  /// What it is, in a word.
  var kind: String {
    switch self {
    case .map: "map"
    case .image: "image"
    case .mask: "mask"
    case .result(_, _, let array): array == nil ? "result" : "array"
    }
  }

  /// Its path in the file.
  var path: String {
    switch self {
    case .map(let map): map.path
    case .image(_, let image): image.path
    case .mask(_, let mask): mask.path
    case .result(let result, _, let array): result.path + (array.map { "/\($0)" } ?? "")
    }
  }

  private static func missing(_ path: String, in store: Store) throws -> StoreError {
    var names: [String] = []
    for map in try store.maps {
      names.append(map.name)
      names += try map.images.map { "\(map.name)/images/\($0.name)" }
      names += try map.masks.map { "\(map.name)/masks/\($0.name)" }
      names += try map.results.map { "\(map.name)/results/\($0.name)" }
    }
    for series in try store.series { names += try series.results.map { "series/\(series.name)/results/\($0.name)" } }
    return StoreError(
      .missing, file: store.path, path: path, "there is nothing of that name to draw",
      advice: names.isEmpty ? "The file holds nothing yet." : "There is: \(names.joined(separator: ", ")).")
  }
}
