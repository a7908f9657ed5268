/// Something a user may say about how a file is read, that not every format has a use for.
public enum ReadingOption: String, Codable, Hashable, Sendable, CaseIterable {
  case shape, dtype
  case byteOrder = "byte-order"
  case offset, dataset
  case followsLinks = "follow-links"
  case frames
  case keepsFrames = "keep-frames"
  case separatesDetectors = "separate-detectors"
  case correctsDrift = "correct-drift"
}
