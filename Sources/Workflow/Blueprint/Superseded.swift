/// What a phase made for a shape that has been changed since.
package struct Superseded<Shape: Sendable>: Sendable {
    /// The change with nothing but what is to be taken away, which the phase's undo does by the steps that `rest` lacks.
    package var gone: Shape
    package var rest: Shape

    package init(gone: Shape, rest: Shape) {
        self.gone = gone
        self.rest = rest
    }
}
