import Figures
import Microscopy

/// What the plots of spectra of one map share.
struct SpectrumPlot {
  var axis: Axis
  var signalType: String
  var elements: [String]
  /// keV
  var beamEnergy: Double
  var quantity: String
  var options: PictureOptions
  /// What a fit found of the lines, and its model of the spectrum; nil: estimated from the curves.
  var fit: (strengths: [LineStrength], model: [Double], variance: [Double])?

  init(axis: Axis, metadata: MapMetadata?, options: PictureOptions, quantity: String? = nil) {
    self.axis = axis
    self.options = options
    signalType = metadata?.signalType ?? ""
    // Where it is not known, that of most transmission microscopes.
    beamEnergy = metadata?.instrument.beamEnergy.flatMap { $0 > 0 ? $0 : nil } ?? 200
    elements = options.elements ?? metadata?.sample.elements ?? []
    self.quantity = quantity ?? metadata?.quantity ?? ""
  }

  /// - Throws: `WorkflowError` when nothing of the axis lies in the range that is wanted.
  func plot(_ title: String, _ curves: [Curve], labels: Bool = true) throws -> Plot {
    let ends = [axis.coordinates.first ?? 0, axis.coordinates.last ?? 0]
    if let range = options.range, !axis.coordinates.contains(where: range.contains) {
      throw WorkflowError(
        "nothing of the axis \(axis.name) lies between \(range.lowerBound) and \(range.upperBound) \(axis.units)",
        advice: "It goes from \(ends[0]) to \(ends[1]) \(axis.units).")
    }
    let isLogarithmic = options.isLogarithmic ?? false
    let named = labels ? curves.compactMap(spectrumLabels) : []
    let range = options.range ?? usualRange(curves, named.flatMap { $0.labels(isLogarithmic: isLogarithmic) })
    let x = PlotAxis(isEnergy ? "Energy" : axis.name.isEmpty ? "Channel" : axis.name, units: axis.units, range: range)
    var plot = Plot(
      title, x: x, y: PlotAxis(quantity.isEmpty ? "Intensity" : quantity, isLogarithmic: isLogarithmic), curves)
    plot.lineLabels = Self.joined(named.map { $0.labels(isLogarithmic: isLogarithmic, range: range) })
    if let keV, let range, !isLogarithmic { plot.y.range = heightRange(curves, range, keV, plot.lineLabels) }
    return plot
  }

  private var keV: Double? { SpectrumLabels.keV(per: axis, signalType: signalType) }
  private var isEnergy: Bool { keV != nil }

  /// The lines of a spectrum; nil over an axis that is none of X-rays.
  private func spectrumLabels(_ curve: Curve) -> SpectrumLabels? {
    guard let keV, !elements.isEmpty || fit != nil else { return nil }
    let strengths =
      fit?.strengths
      ?? LineStrength.estimate(
        of: elements, beamEnergy: beamEnergy, energies: curve.x.map { $0 * keV }, counts: curve.y, deviations: curve.errors)
    return SpectrumLabels(
      strengths: strengths, places: curve.x, keVPerUnit: keV, counts: fit?.model ?? curve.y,
      variance: fit?.variance ?? LineStrength.variances(curve.y, curve.errors))
  }

  /// Each name once, where it is heaviest.
  private static func joined(_ labels: [[LineLabel]]) -> [LineLabel] {
    var result: [LineLabel] = []
    for label in labels.flatMap(\.self).sorted(by: { $0.weight > $1.weight })
    where !result.contains(where: { $0.text == label.text }) {
      result.append(label)
    }
    return result
  }

  /// The peak of the electronics at zero energy is no X-ray, and would press all others flat: where it does, the range of the
  /// others; nil elsewhere.
  private func heightRange(
    _ curves: [Curve], _ range: ClosedRange<Double>, _ keV: Double, _ labels: [LineLabel]
  ) -> ClosedRange<Double>? {
    var (least, greatest, all) = (0.0, 0.0, 0.0)
    for curve in curves {
      for (place, value) in zip(curve.x, curve.y) where value.isFinite && range.contains(place) {
        all = max(all, value)
        guard place * keV >= 0.15 else { continue }
        least = min(least, value)
        greatest = max(greatest, value)
      }
    }
    guard all > 1.2 * greatest, greatest > 0 else { return nil }
    return least...greatest * (labels.isEmpty ? 1.06 : 1.14 + min(0.2, 0.02 * Double(labels.count)))
  }

  /// From the beginning of the axis to where 98.5 % of what it shows lies below, and all that has a label.
  private func usualRange(_ curves: [Curve], _ labels: [LineLabel]) -> ClosedRange<Double>? {
    let places = axis.coordinates
    guard let first = places.first, let last = places.last, first < last else { return nil }
    guard isEnergy else { return first...last }
    var end = first
    for curve in curves {
      let total = curve.y.reduce(0) { $1.isFinite ? $0 + $1.magnitude : $0 }
      var sum = 0.0
      for (place, value) in zip(curve.x, curve.y) where value.isFinite {
        sum += value.magnitude
        if sum >= 0.985 * total {
          end = max(end, place)
          break
        }
      }
    }
    end = max(end, labels.map(\.x).max() ?? first)
    let width = last - first
    let begin = first < 0.02 * width ? min(0, last) : first
    return begin...max(min(last, end * 1.08), begin + width * 0.1)
  }
}
