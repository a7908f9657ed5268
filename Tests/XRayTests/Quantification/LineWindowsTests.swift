import LinearAlgebra
import Microscopy
import Testing

@testable import XRay

struct LineWindowsTests {
  /// exSpy 0.3.2, `get_lines_intensity(integration_windows=, background_windows=)`, on the same counts and windows.
  @Test func netCountsAreThoseOfExSpy() throws {
    let counts = (0..<1024).map { Double(($0 * 7919) % 1000 + 100) }
    let axis = Axis(name: "Energy", size: 1024, scale: 0.01, offset: 0.1, units: "keV", role: .signal)
    let windows: [(String, (Double, Double), [(Double, Double)], net: Double, gross: Double)] = [
      ("Mg", (1.16, 1.35), [(0.98, 1.08), (1.9, 2.02)], -1285.5, 9915),
      ("Al", (1.41, 1.5649), [(1.36, 1.4), (1.57, 1.6)], -654.2857142857138, 8830),
      ("Si", (1.66, 1.82), [(1.42, 1.61), (1.97, 2.1)], -782, 8704),
      ("Fe", (6.253, 6.5512), [(5.9, 6.1003), (6.8, 6.95)], -503.57142857142753, 18315),
    ]
    for (element, signal, background, net, gross) in windows {
      let window = try LineWindows(element: element, line: "Ka", signal: signal, background: background, on: axis)
      let found = try window.intensity(.init(counts: counts, energies: axis))
      #expect(abs(found.intensity.netCounts - net) < 1e-12 * gross, "\(element)")
      #expect(abs(found.intensity.netCounts + found.background - gross) < 1e-9)
      // var = P + r² B'
      let beside = (gross - net) / window.ratio
      let variance = gross + window.ratio * window.ratio * beside
      #expect(abs(found.intensity.error * found.intensity.error - variance) < 1e-8)
      let product = zip(window.weights(channelCount: 1024), counts).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(product - net) < 1e-9)
    }
    #expect(throws: FitError.self) {
      try LineWindows(element: "Mg", line: "Ka", signal: (11, 12), background: [(1, 2)], on: axis)
    }
    #expect(throws: FitError.self) {
      try LineWindows(element: "Mg", line: "Ka", signal: (1, 1.001), background: [(1, 2)], on: axis)
    }
  }

  @Test func whatAllChannelsShareIsCarried() throws {
    let axis = Axis(name: "Energy", size: 6, scale: 0.01, offset: 0, units: "keV", role: .signal)
    let windows = LineWindows(element: "Mg", line: "Ka", signal: 2..<4, background: [0..<1, 5..<6])
    var spectrum = SpectrumFit.Spectrum(
      counts: [10, 0, 50, 60, 0, 12], variance: [11, 1, 52, 63, 1, 13], commonDeviation: [1, 0, 5, 6, 0, 2], energies: axis)
    let found = try windows.intensity(spectrum)
    #expect(found.intensity.netCounts == 88 && found.background == 22)
    // 52 + 63 + 11 + 13, and (5 + 6 − 1 − 2)².
    #expect(found.intensity.error == (139.0 + 64).squareRoot())
    // And twice 8 times (−3 − 2 + 1 + 1).
    spectrum.commonCovariance = [-1, 0, -3, -2, 0, -1]
    #expect(try windows.intensity(spectrum).intensity.error == (139.0 + 64 - 48).squareRoot())
    // A channel without a value has no share in any sum.
    for channel in [2, 5] {
      var gap = spectrum
      gap.counts[channel] = .nan
      #expect(throws: FitError.self) { try windows.intensity(gap) }
    }
    spectrum.counts[1] = .nan
    #expect(try windows.intensity(spectrum).intensity.netCounts == 88)
  }
}
