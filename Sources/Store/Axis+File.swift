internal import HDF5
internal import Microscopy

/// Axes as NXdata keeps them: a dataset of values each, and their names in order in `@axes`.
extension Group {
  /// Writes the axes of the signal and the attributes that tie them to it; names the axis datasets.
  func put(_ axes: [Axis], signal: String, interpretation: String) throws {
    var taken: Set<String> = [signal]
    var names: [String] = []
    for (index, axis) in axes.enumerated() {
      var name = Self.linkName(axis.name, index)
      while taken.contains(name) { name += "_" }
      taken.insert(name)
      names.append(name)
      let dataset = try putArray(name, StoredArray(axis.coordinates))
      try dataset.attributes.set("units", to: axis.units)
      try dataset.attributes.set("long_name", to: Self.label(axis.name, units: axis.units))
      try dataset.attributes.set("axis_name", to: axis.name)
      try dataset.attributes.set("role", to: axis.role.rawValue)
      try dataset.attributes.set("uniform", to: axis.values == nil)
      try dataset.attributes.set("scale", to: axis.scale)
      try dataset.attributes.set("offset", to: axis.offset)
      try attributes.set("\(name)_indices", to: Int64(index))
    }
    try attributes.set("signal", to: signal)
    try attributes.set("axes", to: names)
    try dataset(signal).attributes.set("interpretation", to: interpretation)
  }

  /// The axes of an NXdata group of ours.
  func axes() throws -> [Axis] {
    let names: [String] = try attributes.read("axes")
    return try names.map { name in
      let dataset = try dataset(name)
      let shape = try dataset.shape
      guard shape.count == 1 else {
        throw StoreError(.damaged, file: file.path, path: dataset.path, "an axis of \(shape.count) dimensions")
      }
      let isUniform: Bool = try dataset.attributes.readIfPresent("uniform") ?? false
      let role: String = try dataset.attributes.read("role")
      guard let role = Axis.Role(rawValue: role) else {
        throw StoreError(.damaged, file: file.path, path: dataset.path, "an axis of the unknown role \"\(role)\"")
      }
      return Axis(
        name: try dataset.attributes.read("axis_name"), size: shape[0], scale: try dataset.attributes.read("scale"),
        offset: try dataset.attributes.read("offset"), units: try dataset.attributes.read("units"), role: role,
        values: isUniform ? nil : try dataset.read())
    }
  }

  fileprivate static func label(_ name: String, units: String) -> String {
    units.isEmpty ? name : "\(name) (\(units))"
  }

  /// NeXus wants letters, digits and underscores; the exact name is the attribute `axis_name`.
  private static func linkName(_ name: String, _ index: Int) -> String {
    let plain = name.unicodeScalars.map { scalar -> Character in
      scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil) ? Character(scalar) : "_"
    }
    guard let first = plain.first else { return "axis_\(index)" }
    return (first.isNumber ? "axis_" : "") + String(plain)
  }
}

extension Dataset {
  /// What of an axis does not go together, as when a program set the scale alone; nil where all does, and for other datasets.
  ///
  /// The values have a digest; the attributes that readers take the calibration from have none.
  func calibrationProblem() throws -> String? {
    guard let name: String = try attributes.readIfPresent("axis_name") else { return nil }
    if try attributes.readIfPresent("uniform") == true, try shape.count == 1,
      let scale: Double = try attributes.readIfPresent("scale"), let offset: Double = try attributes.readIfPresent("offset")
    {
      let values: [Double] = try read(converting: .nearest)
      let tolerance = (offset.magnitude + scale.magnitude * Double(values.count)) * 1e-9
      let fits = values.enumerated().allSatisfy { index, value in
        let expected = offset + scale * Double(index)
        return (value - expected).magnitude <= tolerance || value == expected || value.isNaN && expected.isNaN
      }
      if !fits { return "the scale \(scale) and the offset \(offset) are not those of its values" }
    }
    let units: String = try attributes.readIfPresent("units") ?? ""
    if let label: String = try attributes.readIfPresent("long_name"), label != Group.label(name, units: units) {
      return "the unit \"\(units)\" is not that of its label, \"\(label)\""
    }
    return nil
  }
}
