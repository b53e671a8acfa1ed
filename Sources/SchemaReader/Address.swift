/// The row of a system catalog that stands for an object or a part of one.
struct Address: Hashable {
    let catalog: UInt32
    let object: UInt32
    /// The column, or 0 for the whole.
    var part: Int32 = 0

    init(_ catalog: SystemCatalog, _ object: UInt32, _ part: Int32 = 0) {
        self.init(catalog: catalog.rawValue, object: object, part: part)
    }

    init(catalog: UInt32, object: UInt32, part: Int32) {
        self.catalog = catalog
        self.object = object
        self.part = part
    }

    var whole: Address { Address(catalog: catalog, object: object, part: 0) }
}

/// The system catalogs whose rows are objects, by their own OIDs, which are the same in every version.
enum SystemCatalog: UInt32 {
    case relation = 1259
    case routine = 1255
    case type = 1247
    case constraint = 2606
    case columnDefault = 2604
    case rule = 2618
    case trigger = 2620
    case policy = 3256
    case schema = 2615
    case `extension` = 3079
    case statistics = 3381
    case publication = 6104
    case publicationTable = 6106
    case publicationSchema = 6237
}
