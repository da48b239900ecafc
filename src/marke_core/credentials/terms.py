"""What the base context of Verifiable Credentials 2.0 defines, and where Open Badges keep their terms.

Contexts are not fetched: a context that is not known here is believed to define the types that the credential names.
"""

from __future__ import annotations

BASE = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
OPEN_BADGES_ANY = "https://purl.imsglobal.org/spec/ob/v3p0/context"

CREDENTIAL, PRESENTATION = "VerifiableCredential", "VerifiablePresentation"
ENVELOPED = "EnvelopedVerifiableCredential"
STATUS_LIST_CREDENTIAL, STATUS_LIST, STATUS_ENTRY = (
    "BitstringStatusListCredential",
    "BitstringStatusList",
    "BitstringStatusListEntry",
)

# They may stand as a type without another context.
BASE_TYPES = frozenset(
    {
        CREDENTIAL,
        PRESENTATION,
        ENVELOPED,
        "EnvelopedVerifiablePresentation",
        STATUS_LIST_CREDENTIAL,
        STATUS_LIST,
        STATUS_ENTRY,
        "DataIntegrityProof",
        "JsonSchema",
        "JsonSchemaCredential",
    }
)
# Nobody may give them another meaning.
PROTECTED = BASE_TYPES | {
    "confidenceMethod",
    "credentialSchema",
    "credentialStatus",
    "credentialSubject",
    "description",
    "digestMultibase",
    "digestSRI",
    "evidence",
    "holder",
    "id",
    "issuer",
    "mediaType",
    "name",
    "proof",
    "refreshService",
    "relatedResource",
    "renderMethod",
    "termsOfUse",
    "type",
    "validFrom",
    "validUntil",
    "verifiableCredential",
}
