import Decomposition
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

  /// Does work on the matrix, such that what is wrong with it is told with the file and the map.
  func located<Result>(_ work: () throws -> Result) throws -> Result {
    do {
      return try work()
    } catch let error as DecompositionError {
      throw WorkflowError(
        "\(holder.store.path): \(path(ofRow: error.row)): \(error.problem)", advice: error.advice)
    }
  }

  private func path(ofRow row: Int?) -> String {
    guard let row else { return holder.path }
    var first = 0
    return maps.first { map in
      first += map.navigationShape.reduce(1, *)
      return row < first
    }?.path ?? holder.path
  }

  /// Refuses a spectrum whose channels are not those of the maps, to a tenth of a channel.
  func demandSameChannels(_ spectrum: StoredSpectrum) throws {
    let file = holder.store.path
    guard let axis = maps[0].axes.last, maps[0].signalShape.count == 1 else {
      throw WorkflowError("\(file): \(maps[0].path) is no map of spectra", advice: "Name a map with one signal axis.")
    }
    let energies = try EnergyAxis.kiloelectronvolts(axis, of: maps[0].path)
    let own = Axis(
      name: axis.name, size: axis.size, scale: energies.scale, offset: energies.offset, units: "keV", role: .signal)
    guard spectrum.energies.size == own.size else {
      throw WorkflowError(
        "\(file): \(spectrum.name) has \(spectrum.energies.size) channels, and \(maps[0].path) has \(own.size)",
        advice: "Name spectra of these maps.")
    }
    var other = spectrum.energies
    other.role = .signal
    if let problem = Store.differenceOfSignals([other], [own]) {
      throw WorkflowError(
        "\(file): \(spectrum.name) and \(maps[0].path) differ in \(problem)", advice: "Name spectra of the same calibration.")
    }
  }
}
