// What a developer does with jsforce: sign in, write, upsert, query with paging, Bulk 2.0. Tells what it got as JSON.
import jsforce from "jsforce";

const domain = "https://acme.my.salesforce.com";
const connection = new jsforce.Connection({
  oauth2: { clientId: "developer", clientSecret: "secret", loginUrl: domain },
  version: "66.0",
});
const user = await connection.authorize({ grant_type: "client_credentials" });
const contacts = connection.sobject("Contact");
const told = { user: user.id };

const drafts = Array.from({ length: 250 }, (_, at) => ({ LastName: `Person ${at}`, Email: `person${at}@example.com` }));
const made = await contacts.create(drafts, { allowRecursive: true });
told.made = made.map((each) => each.id);

const keyed = drafts.slice(0, 60).map((_, at) => ({ Key__c: `k${at}`, LastName: `Keyed ${at}`, Title: "Buyer" }));
told.first = (await contacts.upsert(keyed, "Key__c", { allowRecursive: true })).map((each) => each.created);
told.second = (await contacts.upsert(keyed, "Key__c", { allowRecursive: true })).map((each) => each.created);

const found = await connection.query("SELECT Id, LastName, Account.Name FROM Contact ORDER BY Id", {
  autoFetch: true, maxFetch: 10000, headers: { "Sforce-Query-Options": "batchSize=200" },
});
told.total = found.totalSize;
told.queried = Object.fromEntries(found.records.map((each) => [each.Id, each.LastName]));

await contacts.update({ Id: told.made[0], Phone: "+33 1 44 55 66 77" });
await contacts.destroy(told.made[1]);
told.refused = await contacts.create({ FirstName: "No last name" }).then(() => null, (error) => error.errorCode);

const bulk = connection.bulk2;
bulk.pollInterval = 200;
const loaded = await bulk.loadAndWaitForResults({
  object: "Contact", operation: "insert",
  input: [...drafts.map((each) => ({ ...each, LastName: `${each.LastName}, "by bulk"`, Email: "" })), { LastName: "" }],
});
told.loaded = Object.fromEntries(loaded.successfulResults.map((each) => [each.sf__Id, each.LastName]));
told.failed = loaded.failedResults.map((each) => each.sf__Error);

const stream = await bulk.query("SELECT Id, LastName FROM Contact WHERE LastName LIKE '%by bulk%'", { pollInterval: 200 });
told.streamed = Object.fromEntries((await stream.toArray()).map((each) => [each.Id, each.LastName]));

told.fields = (await contacts.describe()).fields.length;
told.limit = (await connection.limits()).DailyApiRequests.Max;
told.usage = connection.limitInfo.apiUsage.limit;
console.log(JSON.stringify(told));
