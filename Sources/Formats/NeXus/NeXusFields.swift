internal import Microscopy

/// The fields of an NXentry with the classes of the groups around them.
struct NeXusFields {
  struct Field {
    var name: String
    var value: MetadataTree
    var units: String
    /// Of the group it is in, and of those around it, outermost first; "" for groups without a class.
    var classes: [String]
    /// The names of these groups.
    var groups: [String]
  }

  private let fields: [Field]

  /// - Parameter tree: an entry as `HDF5Tree` reads it.
  init(_ tree: MetadataTree) {
    var fields: [Field] = []
    Self.collect(tree, [], [], into: &fields)
    // What is nearer to the entry counts more.
    let place = { (field: Field) in (field.classes.count, field.groups.joined(separator: "/")) }
    self.fields = fields.sorted { place($0) < place($1) }
  }

  private static func collect(_ tree: MetadataTree, _ classes: [String], _ groups: [String], into fields: inout [Field]) {
    guard case .dictionary(let members) = tree else { return }
    let own = members["NX_class"]?.firstText ?? ""
    // Fields of NXdata are its arrays; what other programs put aside speaks another language.
    if own == "NXdata" || groups.last == "auxiliary" { return }
    let classes = classes + [own]
    for (name, value) in members {
      if case .dictionary(let inner) = value, inner["value"] == nil || inner["NX_class"] != nil {
        collect(value, classes, groups + [name], into: &fields)
      } else {
        let units = value["units"]?.firstText ?? ""
        fields.append(
          Field(name: name.lowercased(), value: value.plain, units: units, classes: classes, groups: groups))
      }
    }
  }

  /// The field of the first name that is found in a group of one of the classes, or in any when none is given.
  private func field(_ names: [String], in classes: [String], _ isGood: (Field) -> Bool) -> Field? {
    for name in names {
      if let found = fields.first(where: { field in
        field.name == name && (classes.isEmpty || classes.contains(field.classes.last ?? "")) && isGood(field)
      }) {
        return found
      }
    }
    return nil
  }

  func text(_ names: String..., in classes: [String] = []) -> String? {
    field(names, in: classes) { !($0.value.firstText ?? "").isEmpty }?.value.firstText
  }

  /// All texts of a name in groups of a class.
  func texts(_ name: String, in group: String) -> [String] {
    fields.filter { $0.name == name && $0.classes.last == group }.compactMap { $0.value.firstText }.filter { !$0.isEmpty }
  }

  /// The value of a name in a group of a class.
  func value(_ name: String, in group: String) -> MetadataTree? { field([name], in: [group]) { _ in true }?.value }

  func groupCount(of group: String) -> Int {
    Set(fields.filter { $0.classes.last == group }.map { $0.groups.joined(separator: "/") }).count
  }

  /// A single number in a unit; of fields without a unit that are in the unit `bare`, or none where that is nil.
  func quantity(_ names: String..., in classes: [String] = [], unit: String, bare: String? = nil) -> Double? {
    let found = field(names, in: classes) { field in
      Self.scalar(field.value).map { number in
        Self.converted(number, field.units, unit, bare) != nil
      } ?? false
    }
    return found.flatMap { field in Self.scalar(field.value).flatMap { Self.converted($0, field.units, unit, bare) } }
  }

  /// A single number that has no unit.
  func number(_ names: String..., in classes: [String] = []) -> Double? {
    field(names, in: classes) { Self.scalar($0.value) != nil }.flatMap { Self.scalar($0.value) }
  }

  private static func converted(_ number: Double, _ units: String, _ unit: String, _ bare: String?) -> Double? {
    let stated = units.isEmpty ? bare : units
    return stated.flatMap { PhysicalUnit.convert(number, from: $0, to: unit) }
  }

  /// The one number that a value is; arrays, which a scan makes of many fields, are none.
  private static func scalar(_ value: MetadataTree) -> Double? {
    if case .list(let values) = value { return values.count == 1 ? scalar(values[0]) : nil }
    return value.number.flatMap { $0.isFinite ? $0 : nil }
  }
}
