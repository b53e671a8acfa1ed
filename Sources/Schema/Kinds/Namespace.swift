/// A schema in PostgreSQL's sense: a name that holds other names.
package struct Namespace: SchemaObject {
    package init() {}

    package var keyword: String { "SCHEMA" }

    package func creation(of id: ObjectID) -> [Step] { [Step("CREATE SCHEMA \(id.quoted)")] }
}
