import Store

/// A finished result of a file, and what it is kept with.
struct ResultChoice {
  let result: AnalysisResult
  let holder: any ResultHolder

  /// Finds a result by its path, such as "rock/results/nmf", "rock/nmf" or "series/all/nmf", or by its name alone.
  ///
  /// - Parameters:
  ///   - map: the map whose result is meant.
  ///   - series: the series whose result is meant.
  /// - Throws: `StoreError` when there is none or more than one; `WorkflowError` for one that is not finished.
  init(_ name: String, map: String? = nil, series: String? = nil, in store: Store) throws {
    var words = name.split(separator: "/").map(String.init)
    if words.count >= 3, words[words.count - 2] == "results" { words.remove(at: words.count - 2) }
    guard let last = words.last else {
      throw StoreError(.missing, file: store.path, path: name, "there is no result of that name")
    }
    if words.count == 3, words[0] == "series" {
      holder = try store.series(words[1])
    } else if words.count == 2 {
      holder = try store.map(words[0])
    } else if let series {
      holder = try store.series(series)
    } else {
      let holders: [any ResultHolder] = try store.maps + store.series
      var found = try words.count == 1 ? holders.filter { try $0.results.contains { $0.name == last } } : []
      // A map that is named makes its own result win over those of other maps and series.
      if found.count > 1, let map { found = found.filter { $0.path == "/\(map)" } }
      guard found.count == 1 else {
        let all = try holders.flatMap { holder in try holder.results.map { "\(holder.path.dropFirst())/\($0.name)" } }
        let choice = found.isEmpty ? all : found.map { "\($0.path.dropFirst())/\(last)" }
        throw StoreError(
          .missing, file: store.path, path: name,
          found.isEmpty ? "there is no result of that name" : "\(found.count) results have that name",
          advice: choice.isEmpty ? "There is none yet." : "Say which: \(choice.joined(separator: ", ")).")
      }
      holder = found[0]
    }
    result = try holder.result(last)
    guard result.isComplete else {
      throw WorkflowError(
        "\(store.path): \(result.path) is not finished", advice: "Finish it with the command that began it.")
    }
  }

  /// The maps that the result has images of, with the names of these arrays: one for a result of a map.
  func images(_ array: String, of map: String?) throws -> [(map: Map, array: String)] {
    var images: [(map: Map, array: String)]
    if let series = holder as? Series {
      images = try series.members.map { ($0.map, "\(array)/\($0.link)") }
    } else {
      images = [holder].compactMap { $0 as? Map }.map { ($0, array) }
    }
    if let map {
      images = images.filter { $0.map.name == map }
      guard !images.isEmpty else {
        throw WorkflowError("\(result.path) has nothing of the map \"\(map)\"", advice: "Name a map that it was made from.")
      }
    }
    let arrays = try result.arrayNames
    for image in images where !arrays.contains(image.array) {
      throw WorkflowError(
        "\(result.path) has no array \"\(image.array)\"",
        advice: "Name a result with images of components, such as that of lamella nmf.")
    }
    return images
  }
}

extension AnalysisResult {
  /// The image of a component, counted from 1, of an array of components × pixels.
  ///
  /// - Parameter isShare: whether it is divided by the sum of all components, where film of any thickness looks the same; NaN where
  ///   that is zero.
  func image(_ component: Int, of array: String, for map: Map, isShare: Bool = false) throws -> [Double] {
    let (values, _) = try self.array(array)
    guard let numbers = values.numbers, values.shape.dropFirst().elementsEqual(map.navigationShape), values.shape.count > 1 else {
      throw WorkflowError(
        "\(path)/\(array) has the shape \(values.shape), and the map \(map.navigationShape)",
        advice: "Name a result of this map with images of components.")
    }
    guard (1...max(1, values.shape[0])).contains(component), values.shape[0] > 0 else {
      throw WorkflowError(
        "\(path) has no component \(component)", advice: "It has components 1 to \(values.shape[0]).")
    }
    let size = numbers.count / values.shape[0]
    let image = Array(numbers[(component - 1) * size..<component * size])
    guard isShare else { return image }
    return image.indices.map { pixel in
      let sum = stride(from: pixel, to: numbers.count, by: size).reduce(0) { $0 + numbers[$1] }
      return sum != 0 ? image[pixel] / sum : .nan
    }
  }
}
