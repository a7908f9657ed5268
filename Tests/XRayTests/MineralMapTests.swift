import Blocks
import Foundation
import LinearAlgebra
import Microscopy
import Testing

@testable import XRay

struct MineralMapTests {
  private func settings(
    _ height: Int, _ width: Int, channels: Int = 256, counts: Double = 160, seed: UInt64 = 1
  )
    -> MineralSettings
  {
    var settings = MineralSettings()
    settings.height = height
    settings.width = width
    settings.channels = channels
    settings.counts = counts
    settings.seed = seed
    return settings
  }

  private func counts(_ bytes: [UInt8]) -> [UInt16] {
    stride(from: 0, to: bytes.count, by: 2).map { UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8 }
  }

  @Test func theSameCountsWhateverTheBox() throws {
    let map = try MineralMap(settings(7, 9, channels: 64))
    let whole = counts(map.read(map.wholeBox))
    for box in [
      [2..<3, 4..<9, 0..<64], [0..<7, 8..<9, 13..<20], [6..<7, 0..<1, 63..<64], [0..<7, 0..<9, 5..<5],
    ] {
      let part = counts(map.read(box))
      var expected: [UInt16] = []
      for y in box[0] { for x in box[1] { for e in box[2] { expected.append(whole[(y * 9 + x) * 64 + e]) } } }
      let same = part == expected
      #expect(same, "\(box)")
    }
  }

  @Test func seedsMakeDifferentMaps() throws {
    let (one, two) = (try MineralMap(settings(8, 8)), try MineralMap(settings(8, 8, seed: 2)))
    let differ = one.read(one.wholeBox) != two.read(two.wholeBox)
    #expect(differ)
    let again = try MineralMap(settings(8, 8))
    let same = one.read(one.wholeBox) == again.read(one.wholeBox)
    #expect(same)
  }

  @Test func fieldsAreDifferentPlacesOfOneSample() throws {
    var other = settings(40, 40)
    other.field = 1
    let (one, two) = (try MineralMap(settings(40, 40)), try MineralMap(other))
    #expect(one.spectra == two.spectra)
    #expect(one.abundances(of: 1) != two.abundances(of: 1))
    let differ = one.read([0..<3, 0..<3, 0..<256]) != two.read([0..<3, 0..<3, 0..<256])
    #expect(differ)
    var beyond = settings(4, 4)
    for field in [-1, 64] {
      beyond.field = field
      #expect(throws: MineralSettings.Invalid.self) { try MineralMap(beyond) }
    }
  }

  @Test func settingsOfOlderVersionsAreRead() throws {
    let text = """
      {"height": 8, "width": 9, "channels": 64, "counts": 160, "seed": 1, "pixelSize": 1.7, "thickness": 117}
      """
    var plain = settings(8, 9, channels: 64)
    plain.tables = nil
    #expect(try JSONDecoder().decode(MineralSettings.self, from: Data(text.utf8)) == plain)
    var odd = settings(8, 9)
    (odd.beamEnergy, odd.field, odd.escapePeaks, odd.pileUp) = (80, 3, true, 0.1)
    #expect(try JSONDecoder().decode(MineralSettings.self, from: JSONEncoder().encode(odd)) == odd)
  }

  @Test func linesHaveTheirCounts() throws {
    let map = try MineralMap(settings(20, 20, channels: 2048))
    for phase in 0..<3 {
      let lines = map.lines(of: phase)
      let sum = lines.reduce(0) { $0 + $1.counts }
      #expect(sum < map.brightness[phase] && sum > 0.85 * map.brightness[phase])
      let calcium = lines.filter { $0.line.element == "Ca" && $0.line.transition.hasPrefix("KL") }.reduce(0) { $0 + $1.counts }
      let peak = map.spectra[phase][355..<383].reduce(0, +) * map.brightness[phase]
      if phase == 2 { #expect(abs(calcium / peak - 1) < 0.03, "\(calcium), \(peak)") }
      if phase == 1 { #expect(calcium == 0) }
    }
  }

  @Test func aBeamThatIsTooWeakIsRefused() {
    var weak = settings(4, 4)
    for energy in [0, -5, .nan, 0.5] {
      weak.beamEnergy = energy
      #expect(throws: MineralSettings.Invalid.self) { try MineralMap(weak) }
    }
    weak.beamEnergy = 5
    #expect(throws: Never.self) { try MineralMap(weak) }
  }

  /// A change here changes what a stored seed stands for.
  @Test func theMapOfASeedIsFrozen() throws {
    let map = try MineralMap(settings(8, 8, channels: 64))
    let values = counts(map.read(map.wholeBox)).enumerated()
    #expect(values.reduce(0) { $0 + Int($1.element) } == 10_259)
    #expect(values.reduce(0) { $0 + Int($1.element) * $1.offset } == 20_278_438)
  }

  @Test func countsArePoissonAboutTheTruth() throws {
    let (height, width, channels) = (32, 30, 128)
    let map = try MineralMap(settings(height, width, channels: channels, counts: 200))
    let values = counts(map.read(map.wholeBox))
    let abundances = (0..<3).map { map.abundances(of: $0) }
    var expected = [Double](repeating: 0, count: channels)
    var found = expected
    var byPixel = 0.0
    for pixel in 0..<height * width {
      let spectrum = (0..<channels).map { channel in
        (0..<3).reduce(0) {
          $0 + map.brightness[$1] * Double(abundances[$1][pixel]) * map.spectra[$1][channel]
        }
      }
      let mean = spectrum.reduce(0, +)
      #expect(abs(mean - Double(map.expectedCounts[pixel])) < 1e-4 * mean)
      let total = values[pixel * channels..<(pixel + 1) * channels].reduce(0) { $0 + Double($1) }
      byPixel += (total - mean) * (total - mean) / mean
      for channel in 0..<channels {
        expected[channel] += spectrum[channel]
        found[channel] += Double(values[pixel * channels + channel])
      }
    }
    let pixels = Double(height * width)
    #expect(abs(byPixel - pixels) < 5 * (2 * pixels).squareRoot())
    let cells = expected.indices.filter { expected[$0] > 10 }
    let byChannel = cells.reduce(0) {
      $0 + (found[$1] - expected[$1]) * (found[$1] - expected[$1]) / expected[$1]
    }
    #expect(abs(byChannel - Double(cells.count)) < 5 * (2 * Double(cells.count)).squareRoot())
    #expect(found[0] == 0)
  }

  @Test func theTruthIsConsistent() throws {
    let map = try MineralMap(settings(400, 300))
    for spectrum in map.spectra { #expect(abs(spectrum.reduce(0, +) - 1) < 1e-12) }
    let abundances = (0..<3).map { map.abundances(of: $0) }
    let sums = abundances[0].indices.map { pixel in abundances.reduce(0) { $0 + $1[pixel] } }
    #expect(sums.min() == 1 && sums.max() == 1)
    for abundance in abundances {
      let (least, greatest) = (abundance.min(), abundance.max())
      #expect(least == 0 && greatest == 1, "a phase is everywhere, or nowhere alone")
    }
    let means = abundances.map { $0.reduce(0) { $0 + Double($1) } / Double($0.count) }
    #expect(abs(means[1] - 0.15) < 0.005)
    #expect(abs(means[2] - 0.03) < 0.002)
    #expect(
      abs(map.expectedCounts.reduce(0) { $0 + Double($1) } / Double(map.expectedCounts.count) - 160) < 1e-3)
    let mixed = abundances[0].indices.filter { pixel in abundances.allSatisfy { $0[pixel] > 0 } }.count
    #expect(mixed > 0, "no three phases overlap")
  }

  @Test func smallAndEmptyMapsAreMade() throws {
    let one = try MineralMap(settings(1, 1, channels: 16))
    #expect(one.read(one.wholeBox).count == 32)
    let empty = try MineralMap(settings(3, 2, channels: 16, counts: 0))
    let greatest = empty.read(empty.wholeBox).max()
    #expect(greatest == 0)
  }

  @Test func countsStayAtTheGreatestValue() throws {
    let map = try MineralMap(settings(1, 1, channels: 16, counts: 1_000_000))
    #expect(counts(map.read(map.wholeBox)).max() == .max)
  }

  @Test func impossibleSettingsAreRefused() {
    for bad in [
      settings(0, 4), settings(4, -1), settings(4, 4, channels: 0), settings(4, 4, counts: -1),
      settings(4, 4, counts: .nan), settings(4, 4, counts: .infinity), settings(4, 100_000),
    ] {
      #expect(throws: MineralSettings.Invalid.self) { try MineralMap(bad) }
    }
  }

  @Test func theMetadataFitTheMap() throws {
    let map = try MineralMap(settings(5, 6, channels: 1024))
    let metadata = map.metadata
    #expect(metadata.shape == map.shape)
    #expect(metadata.signalType == "EDS_TEM")
    #expect(metadata.instrument.beamEnergy == 200)
    #expect(metadata.sample.elements.contains("Sm"))
    let energy = metadata.signalAxes[0]
    #expect(energy.units == "keV")
    #expect(abs(energy.value(at: 1023) + energy.scale / 2 - 20.48) < 1e-9)
    #expect(abs(energy.value(at: 0) - energy.scale / 2) < 1e-12)
    #expect(metadata.navigationAxes.map(\.scale) == [1.7, 1.7])
  }

  @Test func anAliasTableDrawsItsWeights() {
    let weights = [0.0, 5, 0.1, 0, 30, 1e-3, 7, 0]
    let table = AliasTable(weights: weights)
    var generator = RandomGenerator(seed: 1)
    var histogram = [UInt16](repeating: 0, count: weights.count)
    let draws = 60_000
    table.add(draws, to: &histogram, using: &generator)
    #expect(histogram.reduce(0) { $0 + Int($1) } == draws)
    for (count, weight) in zip(histogram, weights) {
      let expected = Double(draws) * weight / weights.reduce(0, +)
      #expect(abs(Double(count) - expected) <= 5 * expected.squareRoot())
    }
  }
}
