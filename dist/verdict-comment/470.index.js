export const id=470;export const ids=[470];export const modules={470:(o,t,e)=>{e.d(t,{request:()=>s.E});var s=e(535)}};
