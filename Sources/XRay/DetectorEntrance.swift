/// What stands before a detector, by the names that it is usually known by.
public enum DetectorEntrance: String, Codable, Hashable, Sendable, CaseIterable {
  case windowless, polymer, beryllium

  public var window: DetectorWindow {
    switch self {
    case .windowless: .none
    case .polymer: .ultraThin
    case .beryllium: .beryllium(thickness: 8)
    }
  }

  /// In words, for results.
  public var text: String {
    switch self {
    case .windowless: "windowless silicon drift detector"
    case .polymer: "silicon drift detector behind a polymer window"
    case .beryllium: "silicon drift detector behind 8 µm of beryllium"
    }
  }
}
