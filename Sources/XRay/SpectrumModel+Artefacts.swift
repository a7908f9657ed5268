internal import Microscopy

/// What a detector makes of photons besides their own peaks.
extension SpectrumModel {
  /// Moves of the counts of each channel those that lose a photon of silicon.
  func moveEscapes(in channels: inout [Double]) {
    let shift = SiliconEscape.energy / energies.scale
    let original = channels
    for (channel, count) in original.enumerated() where count > 0 {
      let moved = count * detector.escape(at: energies.value(at: channel))
      guard moved > 0 else { continue }
      channels[channel] -= moved
      share(moved, at: Double(channel) - shift, in: &channels)
    }
  }

  /// The spectrum where a fraction of the pulses are two photons at once, whose energies add up: of n pulses (1−p) n are as they
  /// were, and p n are distributed as the sum of two.
  func piledUp(_ channels: [Double]) -> [Double] {
    let total = channels.reduce(0, +)
    guard total > 0 else { return channels }
    var result = channels.map { $0 * (1 - pileUp) }
    let offset = energies.offset / energies.scale
    for (one, count) in channels.enumerated() where count > 0 {
      let factor = pileUp * count / total
      for (other, another) in channels.enumerated() where another > 0 {
        let place = Double(one + other) + offset
        guard place < Double(channels.count) else { break }
        share(factor * another, at: place, in: &result)
      }
    }
    return result
  }

  /// Adds counts at a place between two channels to both; what lies outside, or below the threshold, is lost.
  private func share(_ count: Double, at place: Double, in channels: inout [Double]) {
    let lower = place.rounded(.down)
    for (index, weight) in [(lower, lower + 1 - place), (lower + 1, place - lower)] where weight > 0 {
      guard index >= 0, index < Double(channels.count) else { continue }
      guard energies.value(at: Int(index)) >= detector.threshold else { continue }
      channels[Int(index)] += count * weight
    }
  }
}
