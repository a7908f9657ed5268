internal import Store
internal import XRay

extension UnmixRecipe {
  /// How the phases are quantified.
  var quantification: Quantify.Parameters {
    var parameters = Quantify.Parameters()
    (parameters.elements, parameters.others, parameters.backgroundTerms) = (elements, others, backgroundTerms)
    (parameters.beamEnergy, parameters.takeOffAngle) = (beamEnergy, takeOffAngle)
    (parameters.thickness, parameters.density) = (thickness, density)
    (parameters.detector, parameters.crossSections) = (detector, crossSections)
    parameters.counting = fit == .model ? .model : .windows
    return parameters
  }

  /// Refuses a film of which not all is known that its absorption needs, as a quantification of the phases would in the end.
  func checkFilm(_ known: KnownConditions, of file: String) throws {
    guard thickness != 0 else { return }
    let (thickness, density) = (thickness ?? known.thickness, density ?? known.density)
    guard self.thickness == nil && self.density == nil || thickness != nil && density != nil else {
      throw WorkflowError(
        "\(file): absorption needs thickness and density, and one of them is not known",
        advice: "Give both: --thickness NM --density G.")
    }
    guard takeOffAngle == nil, thickness ?? 0 > 0, density ?? 0 > 0, known.geometry?.takeOffAngle == nil else { return }
    throw WorkflowError(
      "\(file): the film absorbs, and the metadata do not tell the angle between film and detector",
      advice: "Give it with --take-off DEGREES, or --thickness 0 for no absorption.")
  }
}
