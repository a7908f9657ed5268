internal import Microscopy

extension Axis {
  /// Takes over the values of an axis as far as they fit: evenly spaced ones become scale and offset.
  ///
  /// One value more than the axis has are the edges of its channels; their centres are taken.
  mutating func calibrate(_ values: [Double], name: String, units: String) {
    if !name.isEmpty { self.name = name }
    self.units = units
    var values = values
    if values.count == size + 1, size > 0 { values = (0..<size).map { (values[$0] + values[$0 + 1]) / 2 } }
    guard values.count == size, let first = values.first, let last = values.last, values.allSatisfy(\.isFinite) else {
      return
    }
    guard size > 1 else {
      offset = first
      return
    }
    let step = (last - first) / Double(size - 1)
    // Values in single precision are as even as their last digits allow.
    let tolerance = max(abs(step) * 1e-4, max(abs(first), abs(last)) * 1e-6)
    let isEven = values.enumerated().allSatisfy { abs($1 - (first + Double($0) * step)) <= tolerance }
    if isEven, step != 0 {
      offset = first
      scale = step
    } else {
      self.values = values
    }
  }

  /// Whether the unit is one of spectra or of reciprocal space.
  var unitsNameSignal: Bool {
    ["ev", "kev", "1/nm", "1/å", "1/a", "nm^-1", "å^-1", "mrad"].contains(units.lowercased())
  }
}

extension [Axis] {
  /// Makes the trailing axes that are named like a signal, or have its units, the signal, if that says anything.
  mutating func setRolesByName() {
    let flags = map { AxisDescription(name: $0.name).namesSignal || $0.unitsNameSignal }
    let signalCount = flags.reversed().prefix { $0 }.count
    guard signalCount > 0, signalCount == flags.filter({ $0 }).count else { return }
    for index in indices { self[index].role = index < count - signalCount ? .navigation : .signal }
  }
}
