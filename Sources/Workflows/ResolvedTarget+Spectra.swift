import Microscopy
import Store

extension ResolvedTarget {
  /// The kept ones of all channels of the map.
  func columns(_ channels: [Double]) -> [Double] {
    guard let channelMask, channels.count == channelMask.count else { return channels }
    return zip(channels, channelMask).compactMap { $1 ? $0 : nil }
  }

  /// Values over the rows of the matrix as one image per map.
  func singleImages(_ values: [Float]) -> [StoredArray] {
    images([values]).map { StoredArray(type: $0.type, shape: Array($0.shape.dropFirst()), bytes: $0.bytes) }
  }

  /// Refuses a spectrum whose channels are not those of the maps, to a tenth of a channel.
  func demandSameChannels(_ spectrum: StoredSpectrum) throws {
    guard let axis = maps[0].axes.last, maps[0].signalShape.count == 1 else {
      throw WorkflowError("\(maps[0].path) is no map of spectra", advice: "Name a map with one signal axis.")
    }
    let energies = try EnergyAxis.kiloelectronvolts(axis, of: maps[0].path)
    let own = Axis(
      name: axis.name, size: axis.size, scale: energies.scale, offset: energies.offset, units: "keV", role: .signal)
    guard spectrum.energies.size == own.size else {
      throw WorkflowError(
        "\(spectrum.name) has \(spectrum.energies.size) channels, and \(maps[0].path) has \(own.size)",
        advice: "Name spectra of these maps.")
    }
    var other = spectrum.energies
    other.role = .signal
    if let problem = Store.differenceOfSignals([other], [own]) {
      throw WorkflowError(
        "\(spectrum.name) and \(maps[0].path) differ in \(problem)", advice: "Name spectra of the same calibration.")
    }
  }
}
