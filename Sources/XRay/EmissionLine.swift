/// An X-ray line of an element, as strong as a beam of 200 keV electrons makes it in a thin film.
public struct EmissionLine: Hashable, Sendable {
  /// The element's symbol.
  public let element: String
  /// Where the vacancy was and where it went, in the notation of IUPAC: "KL3"; "M5N67" joins two.
  public let transition: String
  /// keV
  public let energy: Double
  /// Photons in all directions per incident electron and per atom on a square centimetre: the cross-section of the
  /// ionisation times cascades, fluorescence yield and radiative rate, in cm².
  public let crossSection: Double

  /// The lines of an element between 0.1 and 20.5 keV that reach 1/200 of its strongest; none for an element without data.
  public static func lines(of element: String) -> [EmissionLine] { table.filter { $0.element == element } }

  /// All lines with data: of O, Mg, Al, Si, Ca, Fe, Nd, Sm and U.
  public static let table: [EmissionLine] = tableText.split(separator: "\n").compactMap { row in
    let fields = row.split(separator: ",")
    guard fields.count == 4, let energy = Double(fields[2]), let crossSection = Double(fields[3]) else {
      return nil
    }
    return EmissionLine(
      element: String(fields[0]), transition: String(fields[1]), energy: energy, crossSection: crossSection)
  }
}
