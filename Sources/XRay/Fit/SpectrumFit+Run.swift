import Foundation
import LinearAlgebra
import Microscopy

extension SpectrumFit {
  /// Fits a spectrum.
  ///
  /// Which channels and families are looked at, and whether escape peaks are, depends on how wide lines are: where the refined
  /// calibration says otherwise than the one that was told, the fit is made once more with that choice.
  ///
  /// - Throws: `FitError` for an axis that is none, an element without a line in range, or a spectrum without counts.
  public func fit(_ spectrum: Spectrum) throws(FitError) -> FittedSpectrum {
    guard backgroundTerms != nil else { return try fitChoosingBackground(spectrum) }
    let begun = start ?? SpectrumCalibration(spectrum.energies, detector)
    let choice = try choice(spectrum, begun)
    let found = try refine(spectrum, choice, from: begun, escape: nil)
    guard found.calibration != begun else { return found.result }
    let refined = try self.choice(spectrum, found.calibration)
    guard refined != choice || found.showsEscape != found.hasEscape else { return found.result }
    return try refine(spectrum, refined, from: begun, escape: found.showsEscape).result
  }

  /// The channels and families that are looked at.
  private struct Choice: Equatable {
    var families: [ElementLines]
    var channels: Range<Int>
  }

  private func choice(_ spectrum: Spectrum, _ calibration: SpectrumCalibration) throws(FitError) -> Choice {
    let (families, channels) = try families(spectrum, calibration)
    return Choice(
      families: SpectrumShapes(families, self, channels: channels).visible(calibration).families, channels: channels)
  }

  /// - Parameters:
  ///   - begun: the calibration that is refined, and may not go far from there.
  ///   - escape: whether there are escape peaks; nil: as the first amounts tell.
  private func refine(
    _ spectrum: Spectrum, _ choice: Choice, from begun: SpectrumCalibration, escape: Bool?
  ) throws(FitError) -> (result: FittedSpectrum, calibration: SpectrumCalibration, hasEscape: Bool, showsEscape: Bool) {
    let data = try FitData(spectrum, choice.channels)
    var calibration = begun
    var state = FitState(
      SpectrumShapes(choice.families, self, channels: choice.channels), data, self, calibration, escape: escape)
    var parameters = refined
    var isSettled = false
    for _ in 0..<60 {
      guard let step = state.calibrationStep(&parameters) else {
        // Nothing can be refined: the shapes of escape and sum peaks follow the amounts.
        let deviance = state.solution.deviance
        state.solve(calibration)
        isSettled = abs(state.solution.deviance - deviance) < 1e-8 * (1 + deviance)
        if isSettled { break }
        continue
      }
      var length = 1.0
      var isBetter = false
      let (before, last) = (state, calibration)
      // The shapes of escape and sum peaks follow the amounts: that alone may change the deviance a little.
      state.solve(calibration)
      let highest = max(before.solution.deviance, state.solution.deviance)
      state = before
      for _ in 0..<12 {
        var next = calibration
        for (parameter, change) in zip(parameters, step.change) {
          let bounds = begun.bounds(of: parameter)
          next[parameter] = min(max(calibration[parameter] + length * change, bounds.lowerBound), bounds.upperBound)
        }
        state.solve(next)
        if state.solution.deviance <= highest + 0.01 {
          (calibration, isBetter) = (next, true)
          break
        }
        state = before
        length /= 2
      }
      // At its bound a parameter does not move, whatever the step.
      let isSmall = parameters.indices.allSatisfy { index in
        let parameter = parameters[index]
        let moved = length < 1 ? step.change[index] : calibration[parameter] - last[parameter]
        return abs(moved) < 1e-4 * step.errors[index]
      }
      // Where amounts reach 0 the deviance has a kink, at which hardly a step betters it: well within the errors that is the end.
      let isWithinErrors = zip(step.change, step.errors).allSatisfy { abs($0) < 0.4 * $1 }
      isSettled = isBetter && length > 0.1 ? isSmall : isWithinErrors
      if isSettled || !isBetter { break }
    }
    return (
      state.result(calibration, parameters, isConverged: isSettled && state.solution.isConverged), calibration,
      state.hasEscape, state.showsEscape(self)
    )
  }
}

/// The counts that are fitted, in units in which their variance is no less than they are.
struct FitData: Sendable {
  /// What was divided out of the counts.
  let unit: Double
  let regression: PoissonRegression
  /// Of the fitted channels, in those units; nil when there is none.
  let common: [Double]?
  /// Of what each channel has of its own with the common part, in those units; nil when there is none.
  let commonCovariance: [Double]?
  /// What each channel has of its own, in those units; nil: as the model has it.
  let variance: [Double]?
  /// 0 for channels that are left out, which the shapes must not touch.
  let kept: [Double]

  init(_ spectrum: SpectrumFit.Spectrum, _ channels: Range<Int>) throws(FitError) {
    let raw = spectrum.counts[channels].map { $0 }
    let kept = raw.map { $0.isFinite ? 1.0 : 0 }
    let counts = raw.map { $0.isFinite ? $0 : 0 }
    let total = counts.reduce(0, +)
    guard total > 0 else {
      throw FitError(
        "the spectrum has no counts between \(SpectrumFit.text(spectrum.energies.value(at: channels.lowerBound))) and "
          + "\(SpectrumFit.text(spectrum.energies.value(at: channels.upperBound - 1))) keV", advice: "Choose another spectrum.")
    }
    let below = counts.count { $0 < -1e-6 * (counts.max() ?? 0) }
    guard spectrum.variance != nil || below == 0 else {
      throw FitError(
        "\(below) channels lie below zero, which counted photons never do, and the variance of the spectrum is not known",
        advice: "Use the spectrum as it was counted; of lamella subtract's results the variance is kept.")
    }
    var extra = [Double](repeating: 0, count: counts.count)
    var unit = 1.0
    if let variance = spectrum.variance.map({ $0[channels].map { $0.isFinite ? max($0, 0) : 0 } }), variance != counts {
      let ratio = variance.reduce(0, +) / total
      if ratio < 1, ratio > 0 { unit = ratio }
      // What varies beside the counts themselves varies slowly from channel to channel.
      extra = Self.smoothed(zip(variance, counts).map { $0 / (unit * unit) - $1 / unit }).map { max($0, 0) }
    }
    self.unit = unit
    self.kept = kept
    func part(_ values: [Double]?, _ unit: Double) -> [Double]? {
      values.map { values in values[channels].map { $0.isFinite ? $0 / unit : 0 } }
    }
    common = part(spectrum.commonDeviation, unit)
    commonCovariance = part(spectrum.commonCovariance, unit)
    variance = part(spectrum.variance, unit * unit)
    regression = PoissonRegression(counts: counts.map { $0 / unit }, extra: extra)
  }

  /// The means over five channels.
  private static func smoothed(_ values: [Double]) -> [Double] {
    values.indices.map { index in
      let near = max(0, index - 2)..<min(values.count, index + 3)
      return values[near].reduce(0, +) / Double(near.count)
    }
  }
}
