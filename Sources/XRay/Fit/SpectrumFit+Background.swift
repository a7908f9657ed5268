import Foundation

extension SpectrumFit {
  /// The terms of the bremsstrahlung that are tried where none are told.
  private static let choices = [2, 4, 6, 8, 12]

  /// The fit with as many terms of the bremsstrahlung as the counts ask for: that of the least deviance + terms · ln(channels)
  /// (Schwarz 1978). Lifshin's two are kept unless more are better by 10, which is very strong evidence (Kass & Raftery 1995).
  func fitChoosingBackground(_ spectrum: Spectrum) throws(FitError) -> FittedSpectrum {
    var fit = self
    fit.backgroundTerms = Self.choices[0]
    var best = try fit.fit(spectrum)
    var least = best.criterion - 10
    for terms in Self.choices.dropFirst() where terms < best.channels.count / 4 {
      fit.backgroundTerms = terms
      let found = try fit.fit(spectrum)
      if found.criterion < least { (best, least) = (found, found.criterion) }
    }
    return best
  }
}

extension FittedSpectrum {
  /// Terms of the bremsstrahlung.
  public var backgroundTerms: Int { backgroundCounts.count }

  /// Schwarz's, as far as it depends on the terms of the bremsstrahlung.
  fileprivate var criterion: Double {
    devianceByFreedom * Double(degreesOfFreedom) + Double(backgroundTerms) * log(Double(channels.count))
  }
}
