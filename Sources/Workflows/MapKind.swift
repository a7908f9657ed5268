public import Microscopy

/// What a map is, by how many axes navigate and how many are its signal's.
public enum MapKind: String, Codable, Hashable, Sendable, CaseIterable {
  /// Spectra at beam positions, or at other places along a line, in an area or in time.
  case spectrumImages = "spectrum-images"
  /// One spectrum.
  case spectra
  /// One image, or a stack of them.
  case images
  /// An image at every beam position of an area: 4D-STEM.
  case imageScans = "image-scans"

  public init(_ axes: [Axis]) {
    let navigation = axes.filter { $0.role == .navigation }.count
    // Without a signal axis there is one value at each place.
    switch (navigation, axes.count - navigation) {
    case (0, 1), (1, 0): self = .spectra
    case (_, 1): self = .spectrumImages
    case (2..., 2...): self = .imageScans
    default: self = .images
    }
  }
}
