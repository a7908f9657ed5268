import Foundation
import Microscopy

/// A line, how well it stands out, and what amounts of its element that means.
public struct LineDetection: Sendable {
  public var detection: Detection
  /// keV
  public var energy: Double
  /// Atomic parts per million, and weight parts per million, that one net count stands for.
  public var atomicPartsPerCount: Double
  public var weightPartsPerCount: Double
  /// Pearson's χ² of the fit per channel, within two widths at half maximum on each side of the line; nil of windows.
  public var reducedChiSquare: Double?
}

extension SpectrumQuantification.Result {
  /// How well lines of a quantified spectrum stand out, and the limits of detection of their elements.
  ///
  /// Counts become concentrations by the Cliff–Lorimer ratio to a reference line, whose element has the concentration that
  /// was found: C = C_ref (κ a I) / (κ_ref a_ref I_ref).
  ///
  /// - Throws: `FitError` for a line that was not fitted, or a reference that is not there.
  public func detections(
    of lines: [(element: String, line: String)], reference: (element: String, line: String), in spectrum: SpectrumFit.Spectrum
  ) throws(FitError) -> [LineDetection] {
    let main = composition.amounts.first { $0.intensity.element == reference.element }
    guard let main, main.intensity.netCounts > 3 * main.intensity.error, main.weightFraction > 0 else {
      throw FitError(
        "the reference \(reference.element) \(reference.line) does not stand out of the background",
        advice: "Choose a line that the spectrum has.")
    }
    var result: [LineDetection] = []
    for (element, line) in lines {
      guard let amount = composition.amounts.first(where: { $0.intensity.element == element }),
        let factor = table.factor(element, amount.intensity.line),
        let ownFactor = table.factor(main.intensity.element, main.intensity.line),
        let family = fitted.families.first(where: { $0.family.element == element && $0.fraction(of: line) > 0 }),
        let energy = family.family.energy(of: line), let weight = Element(symbol: element)?.atomicWeight,
        let ownWeight = Element(symbol: main.intensity.element)?.atomicWeight
      else {
        let known = composition.amounts.map { "\($0.intensity.element) \($0.intensity.line)" }
        throw FitError(
          "\(element) \(line) is not among the lines that were fitted",
          advice: "Choose a line of the range, such as \(known.joined(separator: ", ")).")
      }
      let fraction = family.fraction(of: line)
      func strength(_ factor: SensitivityFactor, _ weight: Double) -> Double {
        table.method == .crossSection ? weight / factor.value : factor.value
      }
      // By weight: what one count of the line means, over what one count of the reference means.
      let own = strength(factor, weight) * amount.absorption / (1 - amount.intensity.escaped)
      let theirs = strength(ownFactor, ownWeight) * main.absorption / (1 - main.intensity.escaped)
      let ratio = own / theirs * fitted.strength(element, amount.intensity.line) / fitted.strength(element, line)
      let weightParts = 1e6 * main.weightFraction / main.intensity.netCounts * ratio
      let atomParts = 1e6 * main.atomicFraction / main.intensity.netCounts * ratio * ownWeight / weight
      let detection: Detection
      if windows != nil {
        detection = Detection(
          try SpectrumQuantification.windows(fitted, [(element, line)], spectrum.energies)[0], spectrum, photon: fitted.photon)
      } else {
        let intensity = LineIntensity(
          element: element, line: line, netCounts: family.netCounts * fraction, error: family.error * fraction)
        detection = Detection(intensity, in: fitted, energy: energy)
      }
      result.append(
        LineDetection(
          detection: detection, energy: energy, atomicPartsPerCount: atomParts, weightPartsPerCount: weightParts,
          reducedChiSquare: windows == nil ? fitted.chiSquarePerChannel(near: energy, spectrum.counts) : nil))
    }
    return result
  }
}

extension FittedSpectrum {
  /// Pearson's χ² over the channels within two widths of an energy, over their number.
  fileprivate func chiSquarePerChannel(near energy: Double, _ counts: [Double]) -> Double {
    let reach = 2 * calibration.width(at: energy)
    var (sum, number) = (0.0, 0.0)
    for (index, channel) in channels.enumerated() {
      guard abs(calibration.energy(ofChannel: Double(channel)) - energy) <= reach, counts[channel].isFinite else { continue }
      let difference = counts[channel] - model[index]
      sum += difference * difference / variance[index]
      number += 1
    }
    return number > 0 ? sum / number : .nan
  }
}
