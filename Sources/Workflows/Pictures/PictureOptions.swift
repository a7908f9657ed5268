internal import Foundation

/// How something of a file is drawn.
public struct PictureOptions: Hashable, Sendable {
  /// One component of a result, counted from 1; nil: all.
  public var component: Int?
  /// Counts of spectra and values of maps on a logarithmic scale; nil: as suits them.
  public var isLogarithmic: Bool?
  /// The elements whose lines are named; nil: those that the map's metadata tell.
  public var elements: [String]?
  /// What of the axis of spectra is shown, in its units; nil: all that holds something.
  public var range: ClosedRange<Double>?
  /// The values of the first and the last colour of maps; nil: as suits them.
  public var values: ClosedRange<Double>?
  /// The width of the picture in points.
  public var width = 640.0
  /// Whether few bytes matter more than the last pixel, as on a page.
  var isCompact = false
  /// Where a map is summed; without influence on the picture.
  public var threads = ProcessInfo.processInfo.activeProcessorCount

  public init() {}
}
