// Ask the server for something to read. What can't be had is an Error with the reason in Russian.

export async function ask(url) {
  const response = await fetch(url, { headers: { Accept: "application/json" } }).catch(() => {
    throw new Error("нет связи");
  });
  if (response.status === 401) throw new Error("сеанс окончен, войдите снова");
  if (!response.ok) throw new Error("сервер отказал");
  return response;
}
