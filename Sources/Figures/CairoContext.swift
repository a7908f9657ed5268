internal import CCairo

/// A surface of cairo and what draws on it.
@safe
final class CairoContext {
  private let surface: OpaquePointer
  private let context: OpaquePointer
  /// What a surface of a stream writes; cairo holds a pointer to it.
  private let sink: ByteSink?

  /// Takes over a surface that was just made; nil when cairo could not make it.
  init?(_ surface: OpaquePointer?, sink: ByteSink? = nil) {
    guard let surface = unsafe surface, let context = unsafe cairo_create(surface) else { return nil }
    unsafe self.surface = surface
    unsafe self.context = context
    self.sink = sink
    guard let options = unsafe cairo_font_options_create() else { return }
    // Glyphs of the same form and distance at every size and on every surface.
    unsafe cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
    unsafe cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
    unsafe cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY)
    unsafe cairo_set_font_options(context, options)
    unsafe cairo_font_options_destroy(options)
  }

  deinit {
    unsafe cairo_destroy(context)
    unsafe cairo_surface_destroy(surface)
  }

  /// For measuring texts only.
  static func measuring() -> CairoContext? { unsafe CairoContext(cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1)) }

  /// Pixels in memory.
  static func image(width: Int32, height: Int32) -> CairoContext? {
    unsafe CairoContext(cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height))
  }

  static func svg(width: Double, height: Double) -> CairoContext? {
    let sink = ByteSink()
    return unsafe CairoContext(cairo_svg_surface_create_for_stream(ByteSink.write, sink.pointer, width, height), sink: sink)
  }

  static func pdf(width: Double, height: Double) -> CairoContext? {
    let sink = ByteSink()
    let surface = unsafe cairo_pdf_surface_create_for_stream(ByteSink.write, sink.pointer, width, height)
    // The same picture has the same bytes on any day.
    if let surface = unsafe surface {
      unsafe cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, "2000-01-01T00:00:00Z")
    }
    return unsafe CairoContext(surface, sink: sink)
  }

  /// Ends the writing of a surface of a stream.
  ///
  /// - Throws: `FigureError` with cairo's word for what went wrong.
  func finish() throws(FigureError) -> [UInt8] {
    unsafe cairo_surface_finish(surface)
    try check()
    return sink?.bytes ?? []
  }

  /// The pixels as a PNG file.
  func png() throws(FigureError) -> [UInt8] {
    let sink = ByteSink()
    unsafe cairo_surface_flush(surface)
    _ = unsafe cairo_surface_write_to_png_stream(surface, ByteSink.write, sink.pointer)
    try check()
    return sink.bytes
  }

  private func check() throws(FigureError) {
    for status in unsafe [cairo_status(context), cairo_surface_status(surface)]
    where status != CAIRO_STATUS_SUCCESS && status != CAIRO_STATUS_SURFACE_FINISHED {
      let words = unsafe cairo_status_to_string(status).map { unsafe String(cString: $0) } ?? "status \(status.rawValue)"
      throw FigureError("cairo could not draw the picture: \(words)", advice: "Make it smaller, or simpler.")
    }
  }

  func width(of text: String, size: Double, bold: Bool) -> Double {
    setFont(size: size, bold: bold)
    var extents = cairo_text_extents_t()
    unsafe cairo_text_extents(context, text, &extents)
    return extents.x_advance
  }

  func scale(_ factor: Double) { unsafe cairo_scale(context, factor, factor) }

  func fill(_ colour: Colour) {
    set(colour)
    unsafe cairo_paint(context)
  }

  func draw(_ marks: [Mark]) { for mark in marks { draw(mark) } }

  private func draw(_ mark: Mark) {
    switch mark {
    case .lines(let lines, let stroke):
      for line in lines { add(line) }
      self.stroke(stroke)
    case .areas(let areas, let colour):
      for area in areas {
        add(area)
        unsafe cairo_close_path(context)
      }
      set(colour)
      unsafe cairo_fill(context)
    case .rectangle(let rect, let fill, let stroke):
      unsafe cairo_rectangle(context, rect.x, rect.y, rect.width, rect.height)
      if let fill {
        set(fill)
        unsafe cairo_fill_preserve(context)
      }
      if let stroke { self.stroke(stroke) } else { unsafe cairo_new_path(context) }
    case .dots(let points, let radius, let colour):
      for point in points where point.x.isFinite && point.y.isFinite {
        unsafe cairo_new_sub_path(context)
        unsafe cairo_arc(context, point.x, point.y, radius, 0, 2 * .pi)
      }
      set(colour)
      unsafe cairo_fill(context)
    case .text(let text): draw(text)
    case .picture(let raster, let rect): draw(raster, rect)
    case .clipped(let rect, let marks):
      unsafe cairo_save(context)
      unsafe cairo_rectangle(context, rect.x, rect.y, rect.width, rect.height)
      unsafe cairo_clip(context)
      draw(marks)
      unsafe cairo_restore(context)
    }
  }

  private func add(_ points: [Point]) {
    var isFirst = true
    for point in points where point.x.isFinite && point.y.isFinite {
      if isFirst { unsafe cairo_move_to(context, point.x, point.y) } else { unsafe cairo_line_to(context, point.x, point.y) }
      isFirst = false
    }
  }

  private func stroke(_ stroke: Stroke) {
    set(stroke.colour)
    unsafe cairo_set_line_width(context, stroke.width)
    unsafe cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
    unsafe cairo_set_dash(context, stroke.dashes, Int32(stroke.dashes.count), 0)
    unsafe cairo_stroke(context)
  }

  private func set(_ colour: Colour) {
    unsafe cairo_set_source_rgba(context, colour.red, colour.green, colour.blue, colour.opacity)
  }

  private func setFont(size: Double, bold: Bool) {
    unsafe cairo_select_font_face(
      context, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL, bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL)
    unsafe cairo_set_font_size(context, size)
  }

  private func draw(_ text: TextMark) {
    let length = width(of: text.text, size: text.size, bold: text.isBold)
    let shift: Double =
      switch text.alignment {
      case .start: 0
      case .middle: -length / 2
      case .end: -length
      }
    set(text.colour)
    unsafe cairo_save(context)
    unsafe cairo_translate(context, text.place.x, text.place.y)
    if text.isUpright { unsafe cairo_rotate(context, -.pi / 2) }
    unsafe cairo_move_to(context, shift, 0)
    unsafe cairo_show_text(context, text.text)
    unsafe cairo_restore(context)
  }

  private func draw(_ raster: Raster, _ rect: Rect) {
    let raster = raster.enlarged(toPoints: (rect.width, rect.height))
    let format = raster.opacities.isEmpty ? CAIRO_FORMAT_RGB24 : CAIRO_FORMAT_ARGB32
    guard rect.width > 0, rect.height > 0, let width = Int32(exactly: raster.width), let height = Int32(exactly: raster.height),
      let image = unsafe cairo_image_surface_create(format, width, height)
    else { return }
    defer { unsafe cairo_surface_destroy(image) }
    guard let data = unsafe cairo_image_surface_get_data(image) else { return }
    let stride = Int(unsafe cairo_image_surface_get_stride(image))
    let premultiplied = raster.premultiplied
    for row in 0..<raster.height {
      unsafe (data + row * stride).withMemoryRebound(to: UInt32.self, capacity: raster.width) { line in
        for column in 0..<raster.width { unsafe line[column] = premultiplied[row * raster.width + column] }
      }
    }
    unsafe cairo_surface_mark_dirty(image)
    unsafe cairo_save(context)
    unsafe cairo_translate(context, rect.x, rect.y)
    unsafe cairo_scale(context, rect.width / Double(raster.width), rect.height / Double(raster.height))
    unsafe cairo_set_source_surface(context, image, 0, 0)
    if let pattern = unsafe cairo_get_source(context) { unsafe cairo_pattern_set_filter(pattern, CAIRO_FILTER_NEAREST) }
    unsafe cairo_rectangle(context, 0, 0, Double(raster.width), Double(raster.height))
    unsafe cairo_fill(context)
    unsafe cairo_restore(context)
  }
}

extension Raster {
  /// Colours as cairo has them: opacity in the first byte, the others multiplied with it.
  var premultiplied: [UInt32] {
    guard !opacities.isEmpty else { return pixels }
    return zip(pixels, opacities).map { pixel, opacity in
      let share = UInt32(opacity)
      func part(_ shift: UInt32) -> UInt32 { (((pixel >> shift & 0xFF) * share + 127) / 255) << shift }
      return share << 24 | part(16) | part(8) | part(0)
    }
  }
}

extension CairoContext {
  /// The pixels of a PNG file, 0xAARRGGBB and premultiplied, or 0xFFRRGGBB; nil when it is none.
  static func pixels(ofPNG bytes: [UInt8]) -> (width: Int, pixels: [UInt32])? {
    let source = ByteSource(bytes)
    guard let image = unsafe cairo_image_surface_create_from_png_stream(ByteSource.read, source.pointer) else { return nil }
    defer { unsafe cairo_surface_destroy(image) }
    guard unsafe cairo_surface_status(image) == CAIRO_STATUS_SUCCESS, let data = unsafe cairo_image_surface_get_data(image) else {
      return nil
    }
    let isOpaque = unsafe cairo_image_surface_get_format(image) == CAIRO_FORMAT_RGB24
    let width = Int(unsafe cairo_image_surface_get_width(image))
    let height = Int(unsafe cairo_image_surface_get_height(image))
    let stride = Int(unsafe cairo_image_surface_get_stride(image))
    let pixels = (0..<width * height).map { index in
      let offset = index / width * stride + index % width * 4
      let pixel = unsafe UnsafeRawPointer(data).loadUnaligned(fromByteOffset: offset, as: UInt32.self)
      return isOpaque ? pixel | 0xFF00_0000 : pixel
    }
    return (width, pixels)
  }
}

/// Gives cairo bytes to read.
private final class ByteSource {
  private var bytes: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { self.bytes = bytes[...] }

  var pointer: UnsafeMutableRawPointer { unsafe Unmanaged.passUnretained(self).toOpaque() }

  static let read: @convention(c) (UnsafeMutableRawPointer?, UnsafeMutablePointer<UInt8>?, UInt32) -> cairo_status_t = {
    place, data, count in
    guard let place = unsafe place, let data = unsafe data else { return CAIRO_STATUS_READ_ERROR }
    let source = unsafe Unmanaged<ByteSource>.fromOpaque(place).takeUnretainedValue()
    guard source.bytes.count >= Int(count) else { return CAIRO_STATUS_READ_ERROR }
    for (index, byte) in source.bytes.prefix(Int(count)).enumerated() { unsafe data[index] = byte }
    source.bytes = source.bytes.dropFirst(Int(count))
    return CAIRO_STATUS_SUCCESS
  }
}

/// Takes the bytes that cairo writes.
final class ByteSink {
  fileprivate(set) var bytes: [UInt8] = []

  /// Valid as long as the sink is.
  var pointer: UnsafeMutableRawPointer { unsafe Unmanaged.passUnretained(self).toOpaque() }

  static let write: @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<UInt8>?, UInt32) -> cairo_status_t = {
    place, data, count in
    guard let place = unsafe place, let data = unsafe data else { return CAIRO_STATUS_WRITE_ERROR }
    let sink = unsafe Unmanaged<ByteSink>.fromOpaque(place).takeUnretainedValue()
    unsafe sink.bytes.append(contentsOf: UnsafeBufferPointer(start: data, count: Int(count)))
    return CAIRO_STATUS_SUCCESS
  }
}
