internal import Foundation
internal import HDF5
public import Microscopy

extension Store {
  /// A map by its file and name.
  public struct MapReference: Hashable, Sendable {
    /// Another file; nil for this one.
    public var file: String?
    public var name: String

    public init(_ name: String, file: String? = nil) {
      self.name = name
      self.file = file
    }
  }

  /// All series, by name.
  public var series: [Series] {
    get throws(StoreError) {
      try guarded(path, "/\(FileLayout.series)") {
        guard try root.exists(FileLayout.series) else { return [] }
        let folder = try root.group(FileLayout.series)
        return try folder.names.map { try Series(folder.group($0), in: self) }
      }
    }
  }

  public func series(_ name: String) throws(StoreError) -> Series {
    let all = try series
    guard let found = all.first(where: { $0.name == name }) else {
      throw StoreError(
        .missing, file: path, path: "/\(FileLayout.series)/\(name)", "there is no series of that name",
        advice: all.isEmpty ? "The file holds no series." : "There are: \(all.map(\.name).joined(separator: ", ")).")
    }
    return found
  }

  /// Makes a series of maps, which must have the same number of channels.
  ///
  /// Maps of other files are linked by their path relative to this file's folder, which they must not leave.
  @discardableResult
  public func addSeries(_ name: String, _ references: [MapReference]) throws(StoreError) -> Series {
    try requireWriting()
    let place = "/\(FileLayout.series)/\(name)"
    return try guarded(path, place) {
      if let problem = FileLayout.problem(withName: name) { throw StoreError(.invalid, file: path, path: place, problem) }
      guard !references.isEmpty else { throw StoreError(.invalid, file: path, path: place, "a series needs a map") }
      let folder = try root.requireGroup(FileLayout.series, nexusClass: "NXcollection")
      guard try !folder.names.contains(name) else {
        throw StoreError(.exists, file: path, path: place, "there is a series of that name already")
      }
      let group = try folder.createGroup(name)
      do {
        try group.mark(.series, nexusClass: "NXcollection")
        let maps = try group.requireGroup("maps", nexusClass: "NXcollection")
        var order: [String] = []
        for reference in references {
          var link = reference.name
          var number = 2
          while order.contains(link) {
            link = "\(reference.name)-\(number)"
            number += 1
          }
          order.append(link)
          if let other = reference.file, Self.resolved(other) != Self.resolved(path) {
            guard try Store.open(other).mapNames.contains(reference.name) else {
              throw StoreError(.missing, file: other, path: "/\(reference.name)", "there is no map of that name")
            }
            try maps.createExternalLink(link, file: try relative(other), target: "/\(reference.name)")
          } else {
            _ = try map(reference.name)
            try maps.createSoftLink(link, to: "/\(reference.name)")
          }
        }
        try group.attributes.set("order", to: order)
        let series = try Series(group, in: self)
        let members = try series.members
        let widths = members.map { $0.map.signalShape.reduce(1, *) }
        if let odd = widths.firstIndex(where: { $0 != widths[0] }) {
          throw StoreError(
            .invalid, file: path, path: place,
            "\(members[odd].link) has \(widths[odd]) channels, \(members[0].link) has \(widths[0])",
            advice: "Maps of a series have the same channels; import them cut to equal length.")
        }
        for member in members.dropFirst() {
          if let problem = Self.differenceOfSignals(member.map.axes, members[0].map.axes) {
            throw StoreError(
              .invalid, file: path, path: place, "\(member.link) and \(members[0].link) differ in \(problem)",
              advice: "Maps of a series have the same channels; import them with the same calibration.")
          }
        }
        return series
      } catch {
        let cause = error
        try folder.delete(name)
        throw cause
      }
    }
  }

  /// How the signal axes of two maps differ, beyond a tenth of a channel; nil when they agree.
  public static func differenceOfSignals(_ axes: [Axis], _ others: [Axis]) -> String? {
    for (axis, other) in zip(axes.filter { $0.role == .signal }, others.filter { $0.role == .signal }) {
      if axis.units != other.units { return "units: \(axis.units) and \(other.units)" }
      let tolerance = abs(other.scale) / 10
      for index in [0, axis.size - 1] where abs(axis.value(at: index) - other.value(at: index)) > tolerance {
        return "calibration: channel \(index) is \(axis.value(at: index)) and \(other.value(at: index)) \(axis.units)"
      }
    }
    return nil
  }

  private static func resolved(_ path: String) -> String {
    URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.path
  }

  /// Another file's path from this file's folder.
  private func relative(_ other: String) throws -> String {
    let folder = URL(fileURLWithPath: Self.resolved(path)).deletingLastPathComponent().path
    let target = Self.resolved(other)
    let prefix = folder.hasSuffix("/") ? folder : folder + "/"
    guard target.hasPrefix(prefix) else {
      throw StoreError(
        .invalid, file: path, "\(other) lies outside the folder of this file, which links must not leave",
        advice: "Put both files into one folder.")
    }
    return String(target.dropFirst(prefix.count))
  }
}
