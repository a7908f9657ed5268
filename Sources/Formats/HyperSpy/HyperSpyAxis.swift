internal import HDF5
internal import Microscopy

/// One axis of a HyperSpy experiment, in any of the forms of versions 1.0 to 3.3.
struct HyperSpyAxis {
  var axis: Axis
  /// Whether the file says that it navigates; versions before 1.3 do not.
  var navigates: Bool?

  /// - Parameter size: the extent of the data, which is right where the axis states another.
  init(_ group: Group, size: Int) throws(HDF5Error) { try self.init(group, size: size, isInner: false) }

  /// - Parameter isInner: whether it is the axis that another one is a function of, which cannot be a function, too.
  private init(_ group: Group, size: Int, isInner: Bool) throws(HDF5Error) {
    var values: [String: MetadataTree] = [:]
    for name in try group.attributes.names { values[name] = try .value(of: try group.attributes.open(name)) }
    axis = Axis(name: Self.text(values["name"]), size: size, units: Self.text(values["units"]), role: .signal)
    navigates = Self.flag(values["navigate"])
    let type = values["_type"]?.text
    let hasValues = try group.exists("axis")
    if type == "DataAxis" || (type == nil && hasValues) {
      let values = try group.dataset("axis")
      guard try values.shape == [size] else { throw misfit(try values.shape, of: group) }
      try set(values: try values.read(as: Double.self), of: group)
    } else if type == "FunctionalDataAxis" || values["expression"] != nil {
      guard !isInner else {
        throw HDF5Error(
          .unsupported, call: "read", on: group.path, "the axis is a function of a function",
          advice: "Convert the axis in HyperSpy with axis.convert_to_non_uniform_axis() and save the signal again.")
      }
      try set(values: try Self.evaluate(group, values, size: size), of: group)
    } else {
      let scale = values["scale"]?.number ?? 1
      axis.scale = scale.isFinite && scale != 0 ? scale : 1
      axis.offset = values["offset"]?.number ?? 0
      if !axis.offset.isFinite { axis.offset = 0 }
    }
  }

  private mutating func set(values: [Double], of group: Group) throws(HDF5Error) {
    guard values.count == axis.size else { throw misfit([values.count], of: group) }
    axis.values = values
  }

  private func misfit(_ shape: [Int], of group: Group) -> HDF5Error {
    HDF5Error(
      .damaged, call: "read", on: group.path,
      "the axis has \(shape.map(String.init).joined(separator: " × ")) values and the data \(axis.size) elements",
      advice: "Save the signal again from HyperSpy.")
  }

  /// The most values that are computed for an axis.
  private static let greatestFunction = 1 << 22

  /// The values of an axis that is a function of another one, whose values are `x`.
  private static func evaluate(
    _ group: Group, _ values: [String: MetadataTree], size: Int
  ) throws(HDF5Error) -> [Double] {
    guard size <= greatestFunction else {
      throw HDF5Error(
        .unsupported, call: "read", on: group.path, "the axis is a function and has \(size) values",
        advice: "Convert the axis in HyperSpy with axis.convert_to_non_uniform_axis() and save the signal again.")
    }
    let expression = values["expression"]?.text ?? ""
    var names = values.compactMapValues(\.number)
    let inner = try HyperSpyAxis(try group.group("x"), size: size, isInner: true).axis
    var result: [Double] = []
    for x in inner.coordinates {
      names["x"] = x
      do {
        result.append(try AxisExpression.value(expression, names))
      } catch {
        throw HDF5Error(
          .unsupported, call: "read", on: group.path,
          "the axis is the function '\(expression)', which is not understood: \(error)",
          advice: "Convert the axis in HyperSpy with axis.convert_to_non_uniform_axis() and save the signal again.")
      }
    }
    return result
  }

  private static func text(_ value: MetadataTree?) -> String {
    let text = value?.text ?? ""
    return text == "_None_" || text == "<undefined>" ? "" : text
  }

  private static func flag(_ value: MetadataTree?) -> Bool? {
    switch value {
    case .boolean(let flag): flag
    case .text("TRUE"), .text("True"): true
    case .text("FALSE"), .text("False"): false
    default: value?.number.map { $0 != 0 }
    }
  }
}
