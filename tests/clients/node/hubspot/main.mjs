// What a developer does with HubSpot's client for Node: pages, batches, search. Tells what it got as JSON.
import { Client } from "@hubspot/api-client";

const client = new Client({ accessToken: "pat-developer" });
const contacts = client.crm.contacts;
const told = {};
const all = await contacts.getAll(100, undefined, ["email"]);
told.listed = Object.fromEntries(all.map((each) => [each.id, each.properties.email]));

const inputs = Array.from({ length: 100 }, (_, at) => ({
  properties: { email: `person${at}@example.com`, lastname: `Person ${at}` }, associations: [],
}));
const made = await contacts.batchApi.create({ inputs });
told.made = Object.fromEntries(made.results.map((each) => [each.id, each.properties.lastname]));
const filter = { propertyName: "email", operator: "CONTAINS_TOKEN", value: "example.com" };
const found = await contacts.searchApi.doSearch({ filterGroups: [{ filters: [filter] }], limit: 100, properties: ["email"] });
told.found = found.total;
told.refused = await contacts.basicApi.create({ properties: { email: "person1@example.com" } })
  .then(() => null, (error) => error.code);
console.log(JSON.stringify(told));
