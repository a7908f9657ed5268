internal import HDF5

extension Store {
  /// Values that should be in the file and are not: of maps, and of what was made from them.
  var missingValues: [Problem] {
    get throws {
      var problems: [Problem] = []
      for link in try root.links() {
        guard case .hard = link.target, !FileLayout.reservedNames.contains(link.name),
          case .group(let map) = try root.open(link), try map.kind() == .map, try map.isComplete()
        else { continue }
        let place = "/\(link.name)"
        guard try map.exists(FileLayout.data) else {
          problems.append(Problem("\(place)/\(FileLayout.data)", "is not there: the map has lost its values"))
          continue
        }
        let data = try map.group(FileLayout.data)
        problems += try Self.missingSignal(of: data, "\(place)/\(FileLayout.data)")
        if let signal: String = try data.attributes.readIfPresent("signal"), try data.exists(signal),
          try !data.dataset(signal).attributes.contains(FileLayout.digestAttribute)
        {
          problems.append(Problem("\(place)/\(FileLayout.data)/\(signal)", "has no digest: whether it changed cannot be told"))
        }
        guard try map.exists(FileLayout.results) else { continue }
        let results = try map.group(FileLayout.results)
        for result in try results.names {
          guard case .group(let group) = try results.open(result) else { continue }
          for name in try group.names {
            guard case .group(let array) = try group.open(name) else { continue }
            problems += try Self.missingSignal(of: array, "\(place)/\(FileLayout.results)/\(result)/\(name)")
          }
        }
      }
      return problems
    }
  }

  private static func missingSignal(of data: Group, _ path: String) throws -> [Problem] {
    guard let signal: String = try data.attributes.readIfPresent("signal"), try !data.exists(signal) else { return [] }
    return [Problem("\(path)/\(signal)", "is not there: the values were removed")]
  }
}
