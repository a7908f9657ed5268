internal import Microscopy

/// A Cliff-Lorimer factor calculated from cross-sections, with what it holds for.
///
/// By weight k/k_ref = [M/(σε)] / [M_ref/(σ_ref ε_ref)], by atoms without the atomic weights M; σ is the cross-section of the
/// lines, ε the detector's efficiency at each of them.
public struct KFactor: Hashable, Sendable {
  public let group: LineGroup
  public let reference: LineGroup
  /// For fractions of weight, against the reference.
  public let weight: Double
  /// For fractions of atoms.
  public let atomic: Double
  /// The relative standard uncertainty that calculated factors have, mostly from fluorescence yields.
  public let relativeError: Double

  /// - Parameter detector: nil for one that counts every photon.
  public init(_ group: LineGroup, reference: LineGroup, detector: SiliconDriftDetector? = nil) {
    self.group = group
    self.reference = reference
    if group == reference {
      (atomic, weight, relativeError) = (1, 1, 0)
      return
    }
    atomic = reference.detectedCrossSection(detector) / group.detectedCrossSection(detector)
    weight = atomic * group.element.atomicWeight / reference.element.atomicWeight
    let (one, other) = (Self.uncertainty(group), Self.uncertainty(reference))
    relativeError = (one * one + other * other).squareRoot()
  }

  /// Of the cross-section of a group: 5 % for K (10 % up to F), 15 % for L, 25 % for M.
  ///
  /// Most of it is that of the fluorescence yields, which Krause 1979 (J. Phys. Chem. Ref. Data 8, 307) estimates for K and L;
  /// those of M are known less well.
  static func uncertainty(_ group: LineGroup) -> Double {
    switch group.family {
    case .k: group.element.atomicNumber < 10 ? 0.10 : 0.05
    case .l: 0.15
    case .m: 0.25
    }
  }
}
