package import SQL

/// A range type, with the multirange type that belongs to it.
package struct RangeType: SchemaObject {
    package var subtype: ServerText
    package var operatorClass: QualifiedName?
    package var collation: QualifiedName?
    package var canonical: QualifiedName?
    package var difference: QualifiedName?
    package var multirange: QualifiedName?

    package init(subtype: ServerText) {
        self.subtype = subtype
    }

    package var keyword: String { "TYPE" }

    package func creation(of id: ObjectID) -> [Step] {
        let parts = [
            "SUBTYPE = \(subtype.text)", operatorClass.map { "SUBTYPE_OPCLASS = \($0.quoted)" },
            collation.map { "COLLATION = \($0.quoted)" }, canonical.map { "CANONICAL = \($0.quoted)" },
            difference.map { "SUBTYPE_DIFF = \($0.quoted)" }, multirange.map { "MULTIRANGE_TYPE_NAME = \($0.quoted)" },
        ]
        return [Step("CREATE TYPE \(id.quoted) AS RANGE (\(parts.compactMap(\.self).joined(separator: ", ")))")]
    }
}
