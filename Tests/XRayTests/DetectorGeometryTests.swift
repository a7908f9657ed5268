import Testing

@testable import XRay

struct DetectorGeometryTests {
  /// `exspy.utils.eds.take_off_angle(alpha, azimuth, elevation, beta)` of exSpy 0.3.2.
  @Test(arguments: [
    (10.0, 45.0, 22.0, 0.0, 28.865971201155283), (0, 0, 18, 0, 18), (15, 135, 18, 0, 7.14795990218731), (0, 90, 18, 20, 38),
    (25, -30, 35, -10, 61.43974286744578), (-5, 0, 22, 0, 17), (0, 0, 90, 0, 90), (20, 0, 90, 0, 70),
  ]) func takeOffAngleIsThatOfExSpy(_ alpha: Double, _ azimuth: Double, _ elevation: Double, _ beta: Double, _ expected: Double)
    throws
  {
    let geometry = DetectorGeometry(elevation: elevation, azimuth: azimuth, alpha: alpha, beta: beta)
    #expect(try abs(#require(geometry.takeOffAngle) - expected) < 1e-5)
  }

  @Test func whatCannotBe() throws {
    for elevation in [0, -90, 91, -120, .nan, .infinity] {
      #expect(DetectorGeometry(elevation: elevation).takeOffAngle == nil, "\(elevation)")
    }
    // Edge-on: nothing leaves the film towards the detector.
    #expect(DetectorGeometry(elevation: 20, azimuth: 0, alpha: -20).takeOffAngle == nil)
    // A detector behind the film.
    #expect(try abs(#require(DetectorGeometry(elevation: -20).takeOffAngle) - 20) < 1e-12)
    // Tilted, but not known whereto.
    let unknown = DetectorGeometry(elevation: 22, alpha: 30)
    #expect(try unknown.ignoresTilt && abs(#require(unknown.takeOffAngle) - 22) < 1e-12 && abs(unknown.tilt - 30) < 1e-9)
    #expect(!DetectorGeometry(elevation: 22).ignoresTilt)
  }

  /// Of a tilted film the beam goes through more than its thickness, by the counts of which less is absorbed than of a film as
  /// thick as that.
  @Test func tiltedFilms() throws {
    let table = SensitivityTable(
      method: .zeta, factors: [("Mg", 600), ("Si", 610), ("O", 900)].map { .init(element: $0.0, line: "Ka", value: $0.1) },
      source: "a test")
    let counts = [("Mg", 8e4), ("Si", 9e4), ("O", 9e4)].map {
      LineIntensity(element: $0.0, line: "Ka", netCounts: $0.1, error: 1)
    }
    var quantification = Quantification(table, beamEnergy: 200, takeOffAngle: 22, electrons: 3e12)
    let flat = try #require(try quantification.composition(of: counts).massThickness)
    quantification.tilt = 60
    let tilted = try quantification.composition(of: counts)
    let thickness = try #require(tilted.massThickness)
    // Half as thick, and a little less as it absorbs less.
    #expect(thickness < 0.5 * flat && thickness > 0.45 * flat)
    let film = try #require(tilted.film(takeOffAngle: 22))
    for amount in tilted.amounts {
      let energy = try LineGroup(element: amount.intensity.element, line: "Ka", beamEnergy: 200).energy
      #expect(abs(amount.absorption * film.transmission(at: energy) - 1) < 1e-9)
    }
  }
}
