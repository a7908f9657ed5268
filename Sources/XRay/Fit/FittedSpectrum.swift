public import LinearAlgebra

/// What a fit found.
public struct FittedSpectrum: Sendable {
  /// The lines of an element and a shell.
  public struct Family: Sendable {
    public var family: ElementLines
    /// Counts of all lines of the family.
    public var netCounts: Double
    /// One standard deviation, with what the calibration and all other shapes add to it.
    public var error: Double
    /// The part of the family's counts that each of its lines has.
    public var ratios: [Double]
    /// cm² of each line, as it leaves the film and is counted.
    var strengths: [Double]

    /// The part of the counts that a group of lines has: "Ka", "Lb1"; 0 for lines that the family lacks.
    public func fraction(of group: String) -> Double {
      zip(ratios, family.isMember(of: group)).reduce(0) { $0 + ($1.1 ? $1.0 : 0) }
    }
  }

  public var families: [Family]

  /// cm² of a group of lines of an element, as they leave the film and are counted; 0 for lines that were not fitted.
  func strength(_ element: String, _ group: String) -> Double {
    families.filter { $0.family.element == element }.reduce(0) { sum, family in
      sum + zip(family.strengths, family.family.isMember(of: group)).reduce(0) { $0 + ($1.1 ? $1.0 : 0) }
    }
  }

  /// The covariances of the families' counts.
  public var covariance: Matrix
  public var calibration: SpectrumCalibration
  /// What of the calibration the counts told enough of to be refined.
  public var refined: [SpectrumCalibration.Parameter]
  /// Standard errors of `refined`.
  public var calibrationErrors: [Double]
  /// Counts of each term of the bremsstrahlung.
  public var backgroundCounts: [Double]
  /// Escape peaks in units of what silicon lets escape; nil when they were not looked for.
  public var escape: Double?
  /// Counts in sum peaks; nil when they were not looked for.
  public var sumCounts: Double?
  /// The channels that were fitted.
  public var channels: Range<Int>
  /// Of the fitted channels: the model, its bremsstrahlung, and what each family adds.
  public var model: [Double]
  public var background: [Double]
  /// families × channels, of sum 1 each over all energies.
  public var shapes: Matrix
  /// All shapes that were fitted with an amount above 0 or for a family: families first.
  public var allShapes: Matrix
  /// The variance of each fitted channel, less the common part.
  public var variance: [Double]
  /// Pearson's χ² per degree of freedom.
  public var reducedChiSquare: Double
  /// The deviance of Poisson's likelihood per degree of freedom.
  public var devianceByFreedom: Double
  /// Fitted channels less fitted parameters.
  public var degreesOfFreedom: Int
  public var isConverged: Bool
  /// What one photon is in the spectrum: 1, or less where its variance is less than its values, as of means.
  public var photon: Double

  let detector: SiliconDriftDetector

  /// More escape peaks than that, in units of what silicon lets escape, are something else: a background that is not as thought.
  static let mostEscape = 2.0

  /// Whether what lies where escape peaks would is too much to be these.
  public var hasStrangeEscape: Bool { escape ?? 0 > Self.mostEscape }

  /// The part of the photons of an energy in keV that are counted in escape peaks, as the fit has them.
  func escaped(_ energy: Double) -> Double {
    let ratio = min(escape ?? 0, Self.mostEscape) * SpectrumShapes.escaped(detector, energy)
    return ratio / (1 + ratio)
  }

  /// A family by its element and shell.
  public func family(_ element: String, _ shell: LineFamily) -> Family? {
    families.first { $0.family.element == element && $0.family.shell == shell }
  }

  /// The counts that each family adds to the fitted channels.
  public func component(_ index: Int) -> [Double] {
    let row = shapes.values[index * shapes.columns..<(index + 1) * shapes.columns]
    return row.map { $0 * families[index].netCounts }
  }
}
